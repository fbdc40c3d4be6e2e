"""Which courses lead to which programme; two programmes of the demo's own beside those of the preset."""

from datetime import date

from certification.models import Programme, ProgrammeCourse, RuleVersion
from courses.models import Course
from people.models import Category, Jurisdiction

SOURCE = "Demo: not law"
OWN = (
    (
        "demo.violence-prevention",
        "violence-early-signs",
        {
            "en": "Prevention and early detection of violence", "ro": "Prevenirea și depistarea timpurie a violenței",
            "uk": "Запобігання насильству та його раннє виявлення", "bg": "Превенция и ранно откриване на насилието",
            "ar": "الوقاية من العنف والكشف المبكر عنه",
        },
        ("ro.asistent-maternal", "ro.familie-de-plasament"),
        {"validity": "months", "validity_months": 24, "renewal_window_days": 90, "grace_days": 60},
    ),
    (
        "demo.sina",
        "sina-guide",
        {
            "en": "Using the Child Observatory in SINA", "ro": "Utilizarea Observatorului Copilului în SINA",
            "uk": "Користування Обсерваторією дитини в SINA", "bg": "Работа с Обсерваторията за детето в SINA",
            "ar": "استخدام مرصد الطفل في منظومة SINA",
        },
        (),
        {"validity": "indefinite"},
    ),
)  # fmt: skip
BASIS = {
    "en": "Decision of the demo authority 1/2020", "ro": "Decizia autorității demonstrative nr. 1/2020",
    "uk": "Рішення демонстраційного органу № 1/2020", "bg": "Решение на демонстрационния орган № 1/2020",
    "ar": "قرار الجهة التجريبية رقم 1/2020",
}  # fmt: skip


def build(jurisdiction: Jurisdiction, courses: dict[str, Course]) -> dict[str, Programme]:
    """The programme of each course, by the course's slug."""
    foster = Programme.objects.get(code="ro.asistent-maternal")
    made = {"foster-initial": foster}
    for code, slug, name, categories, rule in OWN:
        programme, _new = Programme.objects.get_or_create(
            code=code, defaults={"jurisdiction": jurisdiction, "name": name, "source": SOURCE}
        )
        programme.categories.set(Category.objects.filter(code__in=categories))
        RuleVersion.objects.get_or_create(
            programme=programme,
            effective_from=date(2020, 1, 1),
            defaults={"legal_basis": BASIS, "source": SOURCE, **rule},
        )
        made[slug] = programme
    for slug, programme in made.items():
        ProgrammeCourse.objects.get_or_create(programme=programme, course=courses[slug])
    return made
