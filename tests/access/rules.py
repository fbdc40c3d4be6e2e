"""Who may open what. Every address of the project has a line here; one without a line fails the build.

A line says who of the cast may open the address of Timiș; `shared` says that there is no county in it.
Another county's address answers 404 to everybody but those who may read the whole country.
"""

from dataclasses import dataclass

NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(
    {"ana", "clara", "ion", "olga", "petar", "nour", "mara", "doru", "vera", "quin", "adm"}
)
OVERSEERS = frozenset({"vera", "adm"})
OF_CLUJ = frozenset({"clara", "olga"})

# By permission, as people/roles.py words them, for Timiș.
SCHEDULERS = frozenset({"mara", "adm"})
SEE_EDITIONS = frozenset({"mara", "ion", "quin", "vera", "adm", "petar"})
TAKE_ROLL = frozenset({"mara", "petar", "adm"})
NOMINATORS = frozenset({"mara", "doru", "ion", "olga", "adm"})
OFFICERS = frozenset({"ion", "adm"})
EXPORTERS = frozenset({"ion", "olga", "vera", "adm"})
SEE_STANDING = frozenset({"mara", "doru", "ion", "olga", "vera", "quin", "adm"})
NOMINATORS_HERE = frozenset({"mara", "ion", "adm"})  # of the people of the directorate itself


@dataclass(frozen=True)
class Rule:
    """One address. `kwargs` names what of the county fills its parameters."""

    who: frozenset[str] = EVERYBODY
    kwargs: tuple[tuple[str, str], ...] = ()
    abroad: frozenset[str] = NOBODY  # who may open the other county's
    public: bool = False  # without signing in too
    shared: bool = False  # the same in every county, or nothing of a county in it
    posts_only: bool = False
    reads_only: bool = False  # posting needs more than the address; the app's own tests do it
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def methods(self) -> tuple[str, ...]:
        """What is tried."""
        if self.posts_only:
            return ("post",)
        return ("get",) if self.reads_only else ("get", "post")


def pk(of: str) -> tuple[tuple[str, str], ...]:
    return (("pk", of),)


def one(of: str, who: frozenset[str], *, abroad: frozenset[str] = NOBODY, **more) -> Rule:
    """An address of one row of a county."""
    return Rule(who, pk(of), abroad, **more)


PUBLIC = Rule(public=True, shared=True)
SIGNED_IN = Rule(shared=True)

RULES: dict[str, Rule] = {
    # machines and printed codes
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "robots": PUBLIC,
    "feed-public": PUBLIC,
    "feed-personal": Rule(public=True, shared=True, kwargs=(("token", "feed"),)),
    "verify-short": Rule(public=True, shared=True, kwargs=(("token", "certificate"),)),
    "gallery": PUBLIC,
    "api": PUBLIC,
    "api-docs": PUBLIC,
    # nothing is there, for nobody
    "api-nowhere": Rule(NOBODY, shared=True, fixed=(("rest", "v2/people"),)),
    "issuer-did": Rule(public=True, shared=True, kwargs=(("code", "issuer"),)),
    "issuer-list": Rule(
        public=True,
        shared=True,
        kwargs=(("code", "issuer"),),
        fixed=(("number", "1"), ("purpose", "revocation")),
    ),
    "log-newest": PUBLIC,
    "log-head": Rule(public=True, shared=True, fixed=(("day", "2026-01-01"),)),
    "log-leaves": Rule(public=True, shared=True, fixed=(("first", "0"),)),
    "log-growth": Rule(public=True, shared=True, fixed=(("size", "1"), ("later", "2"))),
    # the demo's mailbox is 404 on every other site
    "notifications:mailbox": Rule(NOBODY, shared=True),
    "notifications:mail": Rule(NOBODY, shared=True, fixed=(("name", "x"),)),
    "notifications:mail-html": Rule(NOBODY, shared=True, fixed=(("name", "x"),)),
    "notices:mine": SIGNED_IN,
    "notices:stop": Rule(public=True, shared=True, kwargs=(("token", "stop"),)),
    # people
    "people:start": SIGNED_IN,
    "people:welcome": SIGNED_IN,
    "people:profile": SIGNED_IN,
    "people:profile-edit": SIGNED_IN,
    "people:data": SIGNED_IN,
    "people:data-file": Rule(shared=True, posts_only=True),
    "people:register": Rule(
        frozenset({"ion", "olga", "mara", "doru", "vera", "quin", "adm"}), shared=True
    ),
    "people:person-add": Rule(frozenset({"ion", "olga", "mara", "doru", "adm"}), shared=True),
    "people:person": one(
        "person", frozenset({"ana", "ion", "mara", "vera", "quin", "adm"}), abroad=OVERSEERS
    ),
    "people:person-edit": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "people:person-account": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "people:person-erase": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "people:stale": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "people:verify": one("person", OFFICERS, abroad=frozenset({"adm"}), posts_only=True),
    "people:authorisation-add": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "people:authorisation": one("authorisation", OFFICERS, abroad=frozenset({"adm"})),
    "people:move": one("membership", OFFICERS, abroad=frozenset({"adm"})),
    "certification:posts": Rule(SEE_STANDING, shared=True),
    "certification:post-add": Rule(frozenset({"adm"}), shared=True),
    "certification:post": one("post", frozenset({"adm"}), abroad=frozenset({"adm"}), shared=True),
    "certification:post-appoint": Rule(
        OFFICERS,
        (("pk", "post"), ("organisation", "organisation")),
        frozenset({"adm"}),
        reads_only=True,
    ),
    "certification:post-end": one(
        "appointment", OFFICERS, abroad=frozenset({"adm"}), posts_only=True
    ),
    "people:duplicates": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "people:merge": Rule(
        OFFICERS, (("pk", "person"), ("other", "double")), frozenset({"adm"}), reads_only=True
    ),
    "people:merge-undo": one("merge", OFFICERS, abroad=frozenset({"adm"}), posts_only=True),
    "people:keep-apart": Rule(
        OFFICERS, (("pk", "person"), ("other", "double")), frozenset({"adm"}), posts_only=True
    ),
    "people:apart": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "people:apart-undo": Rule(
        OFFICERS, (("pk", "person"), ("other", "double")), frozenset({"adm"}), posts_only=True
    ),
    "people:document-add": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "people:document-file": one("document", OFFICERS | {"ana"}, abroad=frozenset({"adm"})),
    "people:document-delete": one("document", OFFICERS, abroad=frozenset({"adm"})),
    "people:import": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "people:import-columns": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "people:import-template": Rule(
        frozenset({"ion", "olga", "adm"}), shared=True, fixed=(("kind", "csv"),)
    ),
    "people:import-review": one("draft", frozenset({"ion"})),
    "people:import-result": one("draft", frozenset({"ion"})),
    "people:roles": Rule(frozenset({"adm"}), shared=True),
    "people:roles-members": one("organisation", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:roles-grant": one("organisation", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:roles-end": one("membership", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "sso-choose": PUBLIC,
    "sso-start": Rule(public=True, shared=True, kwargs=(("pk", "provider"),), reads_only=True),
    # without what the provider sends along it leads to the page that says why nobody is signed in
    "sso-callback": Rule(public=True, shared=True, kwargs=(("pk", "provider"),), reads_only=True),
    "sso-refused": Rule(
        public=True,
        shared=True,
        kwargs=(("pk", "provider"),),
        fixed=(("why", "no-role"),),
        reads_only=True,
    ),
    # closed: who is whose account follows from the institution's word alone
    "socialaccount_connections": Rule(NOBODY, shared=True),
    "socialaccount_signup": Rule(NOBODY, shared=True),
    "socialaccount_login_error": Rule(NOBODY, shared=True),
    "socialaccount_login_cancelled": Rule(NOBODY, shared=True),
    "people:providers": Rule(frozenset({"adm"}), shared=True),
    "people:provider-add": Rule(frozenset({"adm"}), shared=True),
    "people:provider": one("provider", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:provider-edit": one("provider", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:provider-rule-add": one("provider", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:provider-end": one(
        "provider", frozenset({"adm"}), abroad=frozenset({"adm"}), reads_only=True
    ),
    "people:provider-test": one(
        "provider", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    "people:provider-rule-end": one(
        "signin_rule", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    "people:machines": Rule(frozenset({"adm"}), shared=True),
    "people:machine-add": Rule(frozenset({"adm"}), shared=True),
    "people:machine": one("machine", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "people:machine-end": one(
        "machine", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    "webhooks:all": Rule(frozenset({"adm"}), shared=True),
    "webhooks:add": Rule(frozenset({"adm"}), shared=True),
    "webhooks:one": one("webhook", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "webhooks:end": one("webhook", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True),
    "webhooks:again": one(
        "delivery", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    # courses: pages are public; what one does there is one's own
    "courses:lesson-done": one("lesson", EVERYBODY, shared=True, posts_only=True),
    "courses:test-hand-in": one("test", EVERYBODY, shared=True, posts_only=True),
    "courses:test-result": one("attempt", frozenset({"ana"})),
    # training
    "training:edition": one("edition", EVERYBODY, public=True, shared=True),
    "training:enrol": one("edition", EVERYBODY, shared=True),
    "training:enrol-together": one("edition", frozenset({"ana", "clara"}), shared=True),
    "training:household-leave": SIGNED_IN,
    "training:household": Rule(NOMINATORS, shared=True),
    "training:household-take-out": one(
        "person", frozenset({"mara", "ion", "adm"}), abroad=frozenset({"adm"})
    ),
    "training:household-add": one(
        "person", frozenset({"mara", "ion", "adm"}), abroad=frozenset({"adm"})
    ),
    "training:household-days": one(
        "home", frozenset({"mara", "ion", "adm"}), abroad=frozenset({"adm"})
    ),
    "training:join": PUBLIC,
    "training:join-code": Rule(public=True, shared=True, kwargs=(("token", "join"),)),
    "join-short": Rule(public=True, shared=True, kwargs=(("token", "join"),)),
    "training:enrolment-move": one("place", frozenset({"ana"})),
    "training:terms": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:seats": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:seats-release": one(
        "edition", SCHEDULERS, abroad=frozenset({"adm"}), posts_only=True
    ),
    "training:poster": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:poster-file": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:requests": Rule(NOMINATORS, shared=True),
    "training:request-approve": one(
        "request", SCHEDULERS, abroad=frozenset({"adm"}), posts_only=True
    ),
    "training:request-refuse": one("request", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:place-move": one("place", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:enrolments": SIGNED_IN,
    "training:enrolment": one("place", frozenset({"ana"})),
    "training:enrolment-cancel": one("place", frozenset({"ana"})),
    "training:offer": Rule(public=True, shared=True, kwargs=(("token", "offer"),), reads_only=True),
    "training:offer-own": one("place", frozenset({"ana"}), posts_only=True),
    "training:enrolment-calendar": one("place", frozenset({"ana"})),
    "training:calendar": SIGNED_IN,
    "training:calendar-make": Rule(shared=True, posts_only=True),
    "training:calendar-stop": Rule(shared=True, posts_only=True),
    "training:answer": Rule(public=True, shared=True, kwargs=(("token", "answer"),)),
    "training:reminders": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:answers": one("edition", SEE_EDITIONS, abroad=OVERSEERS),
    "training:editions": Rule(
        frozenset({"mara", "ion", "olga", "quin", "vera", "adm", "petar"}), shared=True
    ),
    "training:schedule": Rule(SCHEDULERS, shared=True),
    "training:manage": one("edition", SEE_EDITIONS, abroad=OVERSEERS),
    "training:change": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:status": Rule(
        SCHEDULERS, pk("edition"), frozenset({"adm"}), fixed=(("status", "closed"),)
    ),
    "training:session-add": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:series-add": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:copy": one("edition", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:planner": Rule(
        frozenset({"mara", "ion", "olga", "quin", "vera", "adm"}), shared=True
    ),
    "training:session-change": one("session", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:session-cancel": one("session", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:sheet": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:participants": one("edition", SEE_EDITIONS, abroad=OVERSEERS),
    "training:participant-add": one(
        "edition", SCHEDULERS, abroad=frozenset({"adm"}), reads_only=True
    ),
    "training:place-cancel": one("place", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:letter": one("place", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:calls": one("edition", SCHEDULERS, abroad=frozenset({"adm"}), reads_only=True),
    "training:call": one("place", SCHEDULERS, abroad=frozenset({"adm"}), posts_only=True),
    "training:venues": Rule(SCHEDULERS, shared=True),
    "training:venue-add": Rule(SCHEDULERS, shared=True),
    "training:room-calendar": one("room", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:venue-change": one("venue", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:room-change": one("room", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:room-add": one("venue", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:nominate": Rule(frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True),
    "training:nominate-people": one(
        "edition", frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True
    ),
    "training:nominate-person": one(
        "edition", frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True
    ),
    "training:nominate-check": one(
        "edition", frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True
    ),
    "training:nominate-done": one(
        "edition", frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True
    ),
    "training:nominate-list": one(
        "edition", frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True
    ),
    "training:nominate-template": Rule(
        frozenset({"mara", "doru", "ion", "olga", "adm"}), shared=True, fixed=(("kind", "csv"),)
    ),
    "training:nominate-review": one("nomination", frozenset({"ion"})),
    "training:my-sessions": SIGNED_IN,
    "training:roll": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    # in the room: the codes lead on, the page behind them says what stands in the way
    "check-in-typed": PUBLIC,
    "check-in-short": Rule(public=True, shared=True, kwargs=pk("session"), fixed=(("code", "0"),)),
    "scan-short": Rule(public=True, shared=True, kwargs=(("token", "place"),)),
    "training:check-in-code": SIGNED_IN,
    "training:check-in": one("session", EVERYBODY, shared=True),
    "training:check-in-screen": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:scan": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "entry-short": Rule(public=True, shared=True, kwargs=pk("session")),
    "training:entry": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:results": one("edition", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:result": one("place", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:papers": one("edition", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:paper": Rule(
        TAKE_ROLL, pk("edition"), frozenset({"adm"}), fixed=(("paper", "badges"),), reads_only=True
    ),
    "training:paper-pdf": Rule(
        TAKE_ROLL, pk("edition"), frozenset({"adm"}), fixed=(("paper", "list"),), reads_only=True
    ),
    "training:door": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:session-pdf": Rule(
        TAKE_ROLL, pk("session"), frozenset({"adm"}), fixed=(("paper", "sheet"),), reads_only=True
    ),
    "training:scanned": Rule(TAKE_ROLL, (("token", "place"),), abroad=frozenset({"adm"})),
    "training:roll-history": one("session", TAKE_ROLL, abroad=frozenset({"adm"})),
    "training:roll-state": one("session", TAKE_ROLL, abroad=frozenset({"adm"}), reads_only=True),
    "training:roll-marks": one("session", TAKE_ROLL, abroad=frozenset({"adm"}), posts_only=True),
    "training:roll-settle": one("session", TAKE_ROLL, abroad=frozenset({"adm"}), posts_only=True),
    # the installable roll before it is filled: the same for everybody
    "training:roll-app": PUBLIC,
    "training:roll-manifest": PUBLIC,
    "training:roll-worker": PUBLIC,
    # trainers: their own pages, and what coordinators see of them
    "training:teaching": Rule(frozenset({"petar"}), shared=True),
    "training:teaching-about": Rule(frozenset({"petar"}), shared=True),
    "training:teaching-hours": Rule(frozenset({"petar"}), shared=True),
    "training:teaching-days": Rule(frozenset({"petar"}), shared=True),
    "training:teaching-qualification": Rule(frozenset({"petar"}), shared=True),
    "training:teaching-remove": Rule(
        frozenset({"petar"}), pk("hours"), fixed=(("kind", "hours"),), posts_only=True
    ),
    "training:teaching-open": Rule(frozenset({"petar"}), shared=True),
    "training:volunteer": one("wanting", frozenset({"petar"}), posts_only=True),
    "training:engagement": one(
        "engagement",
        frozenset({"petar", "mara", "adm"}),
        abroad=frozenset({"adm"}),
        posts_only=True,
    ),
    "training:teaching-answer": Rule(public=True, shared=True, kwargs=(("token", "teaching"),)),
    "training:trainers": Rule(SCHEDULERS, shared=True),
    "training:needs": Rule(SCHEDULERS, shared=True),
    "training:trainer": one("trainer", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:find-trainers": one("session", SCHEDULERS, abroad=frozenset({"adm"})),
    "training:ask-trainer": one("edition", SCHEDULERS, abroad=frozenset({"adm"}), posts_only=True),
    "training:online": one(
        "online", frozenset({"ana", "petar", "mara", "adm"}), abroad=frozenset({"adm"})
    ),
    # certification
    "certification:verify": PUBLIC,
    "certification:verify-file": PUBLIC,
    "certification:verify-list": PUBLIC,
    "certification:verify-template": Rule(public=True, shared=True, fixed=(("kind", "csv"),)),
    "certification:verify-token": Rule(
        public=True, shared=True, kwargs=(("token", "certificate"),)
    ),
    "certification:verify-pdf": Rule(
        NOBODY, shared=True, kwargs=(("token", "certificate"),)
    ),  # no file in this world
    "certification:verify-credential": Rule(
        public=True,
        shared=True,
        kwargs=(("token", "certificate"),),
        fixed=(("kind", "credential.json"),),
    ),
    "certification:verify-log": Rule(public=True, shared=True, kwargs=(("token", "certificate"),)),
    "certification:log": PUBLIC,
    "certification:certificates": SIGNED_IN,
    "certification:certificate": one(
        "certificate", frozenset({"ana", "ion", "vera", "quin", "adm"}), abroad=OVERSEERS
    ),
    "certification:certificate-credential": Rule(
        frozenset({"ana", "ion", "vera", "quin", "adm"}),
        pk("certificate"),
        OVERSEERS,
        fixed=(("kind", "credential.json"),),
    ),
    "certification:certificate-pdf": one("certificate", NOBODY),  # no file in this world
    "certification:certificate-act": Rule(
        OFFICERS, pk("certificate"), frozenset({"adm"}), fixed=(("act", "revoke"),)
    ),
    "certification:certificate-replace": one("certificate", OFFICERS, abroad=frozenset({"adm"})),
    "certification:programmes": Rule(frozenset({"adm"}), shared=True),
    "certification:second-person": one("programme", frozenset({"adm"}), shared=True),
    "certification:programme-paper-name": one("programme", frozenset({"adm"}), shared=True),
    "certification:programme-courses": one("programme", frozenset({"adm"}), shared=True),
    "certification:edition-certificates": one(
        "edition", OFFICERS, abroad=frozenset({"adm"}), reads_only=True
    ),
    "certification:batch": one("batch", OFFICERS, abroad=frozenset({"adm"})),
    "certification:approvals": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "certification:approval": one("approval", OFFICERS, abroad=frozenset({"adm"})),
    "certification:programme": one("programme", frozenset({"adm"}), shared=True),
    "certification:rules-new": one("programme", frozenset({"adm"}), shared=True),
    **{
        f"certification:rules{name}": one(of, frozenset({"adm"}), shared=True, **more)
        for name, of, more in (
            ("", "rules", {"reads_only": True}),
            ("-figures", "rules", {}),
            ("-add", "rules", {}),
            ("-preview", "rules", {"reads_only": True}),
            ("-publish", "rules", {"reads_only": True}),
            ("-discard", "rules", {}),
            ("-requirement", "requirement", {}),
            ("-equal", "requirement", {}),
            ("-unequal", "equal", {"posts_only": True}),
            ("-remove", "requirement", {"posts_only": True}),
        )
    },
    "certification:circumstances": one(
        "person",
        frozenset({"ana", "mara", "ion", "vera", "quin", "adm"}),
        abroad=OVERSEERS,
        reads_only=True,
    ),
    "certification:circumstance-end": one("circumstance", OFFICERS, abroad=frozenset({"adm"})),
    "certification:authorities": Rule(frozenset({"adm"}), shared=True),
    "certification:keys": one("authority", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "certification:key-withdraw": Rule(
        frozenset({"adm"}), (("pk", "authority"), ("key", "key")), abroad=frozenset({"adm"})
    ),
    "certification:layout": one("authority", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "certification:layout-sample": one(
        "authority", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    "certification:layout-file": one("authority", frozenset({"adm"}), abroad=frozenset({"adm"})),
    "certification:layout-logo": one(
        "authority", frozenset({"adm"}), abroad=frozenset({"adm"}), posts_only=True
    ),
    "certification:standing": Rule(SEE_STANDING, shared=True),
    "certification:standing-file": Rule(
        frozenset({"ion", "olga", "vera", "adm"}), shared=True, fixed=(("kind", "csv"),)
    ),
    "certification:board": Rule(SEE_STANDING, shared=True, reads_only=True),
    "certification:board-file": Rule(
        SEE_STANDING, shared=True, fixed=(("kind", "csv"),), reads_only=True
    ),
    "certification:trend": Rule(SEE_STANDING, shared=True, reads_only=True),
    "certification:look-up": Rule(SEE_STANDING, shared=True, reads_only=True),
    # the office's own work: for whoever may put people forward and see where they stand
    "certification:due": Rule(NOMINATORS, shared=True, reads_only=True),
    "certification:due-chosen": Rule(NOMINATORS, shared=True, reads_only=True),
    "certification:due-nominate": Rule(NOMINATORS, shared=True),
    "certification:due-write": Rule(NOMINATORS, shared=True, posts_only=True),
    "certification:due-run": one("due_run", frozenset({"ion"}), reads_only=True),
    "certification:due-letters": one("due_run", frozenset({"ion"}), reads_only=True),
    "certification:exports": Rule(SEE_STANDING, shared=True),
    "certification:export-file": one("export_file", frozenset({"ion"})),
    "certification:export-stop": Rule(public=True, shared=True, kwargs=(("token", "export"),)),
    "certification:check": Rule(EXPORTERS, shared=True),
    "certification:check-template": Rule(EXPORTERS, shared=True, fixed=(("kind", "csv"),)),
    "certification:check-list": one("check_list", frozenset({"ion"}), reads_only=True),
    "certification:check-choose": Rule(
        frozenset({"ion"}), pk("check_list"), fixed=(("line", "2"),), posts_only=True
    ),
    "certification:check-result": Rule(
        frozenset({"ion"}), pk("check_list"), fixed=(("kind", "csv"),), reads_only=True
    ),
    "certification:demand": Rule(
        frozenset({"mara", "ion", "olga", "vera", "quin", "adm"}), shared=True, reads_only=True
    ),
    "certification:demand-file": Rule(
        frozenset({"mara", "ion", "olga", "vera", "quin", "adm"}),
        shared=True,
        fixed=(("kind", "csv"),),
        reads_only=True,
    ),
    "certification:demand-draft": Rule(SCHEDULERS, shared=True, posts_only=True),
    "certification:standing-person": one(
        "person", frozenset({"ana", "mara", "ion", "vera", "quin", "adm"}), abroad=OVERSEERS
    ),
    # training elsewhere, paper certificates, exemptions, the passport
    "certification:evidence": SIGNED_IN,
    "certification:evidence-new": SIGNED_IN,
    "certification:evidence-new-for": one("person", NOMINATORS_HERE, abroad=frozenset({"adm"})),
    "certification:evidence-detail": one(
        "proof", frozenset({"ana", "ion", "adm"}), abroad=frozenset({"adm"})
    ),
    "certification:evidence-file": Rule(
        frozenset({"ana", "ion", "adm"}),
        (("pk", "proof"), ("file_pk", "proof_file")),
        frozenset({"adm"}),
    ),
    "certification:evidence-answer": one("question", frozenset({"ana"})),
    "certification:evidence-withdraw": one("proof", frozenset({"ana"})),
    "certification:evidence-review": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "certification:evidence-act": Rule(
        OFFICERS, pk("proof"), frozenset({"adm"}), fixed=(("act", "grant"),)
    ),
    "certification:earlier-upload": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "certification:earlier-template": Rule(
        frozenset({"ion", "olga", "adm"}), shared=True, fixed=(("kind", "csv"),)
    ),
    "certification:earlier-review": one("earlier_list", frozenset({"ion"})),
    "certification:earlier-result": one("earlier_list", frozenset({"ion"})),
    "certification:earlier": one(
        "earlier",
        frozenset({"ana", "ion", "vera", "quin", "adm"}),
        abroad=OVERSEERS,
        reads_only=True,
    ),
    "certification:reliefs": Rule(frozenset({"ion", "olga", "adm"}), shared=True),
    "certification:relief-new": one("person", OFFICERS, abroad=frozenset({"adm"})),
    "certification:relief": one(
        "relief", frozenset({"ana", "ion", "adm"}), abroad=frozenset({"adm"})
    ),
    "certification:relief-act": Rule(
        OFFICERS, pk("relief"), frozenset({"adm"}), fixed=(("act", "confirm"),)
    ),
    "certification:passport": SIGNED_IN,
    "certification:passport-pdf": SIGNED_IN,
    "certification:passport-of": one(
        "person", frozenset({"ana", "mara", "ion", "vera", "quin", "adm"}), abroad=OVERSEERS
    ),
    "certification:passport-pdf-of": one(
        "person", frozenset({"ana", "mara", "ion", "vera", "quin", "adm"}), abroad=OVERSEERS
    ),
}

# Whole families of addresses that belong to libraries, each tried as a family in test_families.py.
FAMILIES = {
    "api/v1/": "the API: only with a token, whatever the session; tests/api tries all of it",
    "cms/": "the CMS: only who may edit content today, with a second factor",
    "documents/": "files of the CMS: public unless their collection is private",
    "account/": "allauth: about the visitor's own log-in only",
    "": "pages of the CMS: public when live",
}
