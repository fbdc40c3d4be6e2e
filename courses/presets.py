"""What courses/ takes from the presets: the topics of the curriculum, the same for every country."""

from courses.models import Topic
from people import presets


def load_topics(loading: presets.Loading) -> None:
    """Put the shared taxonomy; each country's load brings all of it."""
    file = presets.read("topics.json")
    there = {row.code: row for row in Topic.objects.all()}
    for fact in file["topics"]:
        values = {"code": fact["code"], "name": fact["names"], **loading.origin(file, fact)}
        loading.put("topics", Topic, fact["code"], values, found=there.get(fact["code"]))
    loading.left_over("topics", Topic.objects.all())
