"""Addresses below /<language>/training/."""

from django.urls import path

from training.once import once
from training.views import (
    answers,
    calendar,
    check_in,
    editions,
    enrol,
    entry,
    nominate,
    nominate_list,
    offers,
    papers,
    places,
    public,
    reminders,
    results,
    roll,
    roll_api,
    roll_app,
    scan,
    sessions,
    venues,
)

app_name = "training"
urlpatterns = [
    # Everybody
    path("editions/<int:pk>/", public.edition, name="edition"),
    # One's own places
    path("editions/<int:pk>/enrol/", enrol.check, name="enrol"),
    path("enrolments/", enrol.enrolments, name="enrolments"),
    path("enrolments/<int:pk>/", enrol.enrolment, name="enrolment"),
    path("enrolments/<int:pk>/cancel/", enrol.cancel, name="enrolment-cancel"),
    path("enrolments/<int:pk>/sessions.ics", calendar.of_enrolment, name="enrolment-calendar"),
    path("check-in/", check_in.typed, name="check-in-code"),
    path("check-in/<int:pk>/", check_in.own, name="check-in"),
    path("enrolments/<int:pk>/answer/", offers.own, name="offer-own"),
    path("offers/<str:token>/", offers.offer, name="offer"),
    path("calendar/", calendar.address, name="calendar"),
    path("calendar/make/", calendar.make, name="calendar-make"),
    path("calendar/stop/", calendar.stop, name="calendar-stop"),
    path("answer/<str:token>/", answers.answer, name="answer"),
    # Coordinators
    path("", editions.listing, name="editions"),
    path("editions/new/", editions.schedule, name="schedule"),
    path("editions/<int:pk>/manage/", editions.manage, name="manage"),
    path("editions/<int:pk>/change/", editions.change, name="change"),
    path("editions/<int:pk>/status/<slug:status>/", editions.status, name="status"),
    path("editions/<int:pk>/sessions/add/", sessions.add, name="session-add"),
    path("sessions/<int:pk>/change/", sessions.change, name="session-change"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="session-cancel"),
    path("sessions/<int:pk>/sheet/", sessions.sheet, name="sheet"),
    path("editions/<int:pk>/answers/", answers.of_edition, name="answers"),
    path("editions/<int:pk>/reminders/", reminders.of_edition, name="reminders"),
    path("editions/<int:pk>/participants/", places.participants, name="participants"),
    path("editions/<int:pk>/participants/add/", places.add, name="participant-add"),
    path("places/<int:pk>/cancel/", places.cancel, name="place-cancel"),
    path("places/<int:pk>/letter/", places.letter, name="letter"),
    path("editions/<int:pk>/calls/", offers.calls, name="calls"),
    path("places/<int:pk>/call/", offers.call, name="call"),
    path("venues/", venues.listing, name="venues"),
    path("venues/new/", venues.add, name="venue-add"),
    path("rooms/<int:pk>/calendar/", calendar.of_room, name="room-calendar"),
    path("venues/<int:pk>/rooms/new/", venues.add_room, name="room-add"),
    # Town halls
    path("nominate/", nominate.start, name="nominate"),
    path("nominate/<int:pk>/", nominate.people, name="nominate-people"),
    path("nominate/<int:pk>/new-person/", nominate.new_person, name="nominate-person"),
    path("nominate/<int:pk>/check/", nominate.check, name="nominate-check"),
    path("nominate/<int:pk>/done/", nominate.done, name="nominate-done"),
    path("nominate/<int:pk>/list/", nominate_list.upload, name="nominate-list"),
    path("nominate/lists/<int:pk>/", nominate_list.review, name="nominate-review"),
    path("nominate/template.<slug:kind>", nominate_list.template, name="nominate-template"),
    # Trainers
    path("roll/", roll.my_sessions, name="my-sessions"),
    path("roll/<int:pk>/", roll.take, name="roll"),
    path("roll/<int:pk>/screen/", check_in.screen, name="check-in-screen"),
    path("roll/<int:pk>/entry/", entry.grid, name="entry"),
    path("editions/<int:pk>/results/", results.listing, name="results"),
    path("places/<int:pk>/result/", results.give, name="result"),
    path("editions/<int:pk>/papers/", papers.index, name="papers"),
    path("editions/<int:pk>/papers/<slug:paper>.pdf", papers.of_edition_pdf, name="paper-pdf"),
    path("editions/<int:pk>/papers/<slug:paper>/", papers.of_edition, name="paper"),
    path("sessions/<int:pk>/door/", papers.door, name="door"),
    path("sessions/<int:pk>/<slug:paper>.pdf", papers.of_session_pdf, name="session-pdf"),
    path("roll/<int:pk>/scan/", scan.page, name="scan"),
    path("scan/<str:token>/", scan.scanned, name="scanned"),
    path("roll/<int:pk>/history/", roll.history, name="roll-history"),
    path("roll/<int:pk>/state/", roll_api.state, name="roll-state"),
    path("roll/<int:pk>/marks/", roll_api.marks, name="roll-marks"),
    path("roll/<int:pk>/settle/", roll_api.settle, name="roll-settle"),
    # The installable page: its worker may answer for no address but those below roll/
    path("roll/app/", roll_app.shell, name="roll-app"),
    path("roll/app.webmanifest", roll_app.manifest, name="roll-manifest"),
    path("roll/worker.js", roll_app.worker, name="roll-worker"),
]

# A form that is sent twice has one effect, whichever it is.
for pattern in urlpatterns:
    pattern.callback = once(pattern.callback)
