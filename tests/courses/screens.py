"""What a learner does in the browser, for the tests of the pages."""

from tests.factories import lessons as make


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer
    return answer.content.decode()


def done_url(lesson, language="ro"):
    return f"/{language}/learn/lessons/{lesson.pk}/done/"


def hand_in_url(test, language="ro"):
    return f"/{language}/learn/tests/{test.pk}/hand-in/"


def hand_in(client, test, right, number=1, language="ro"):
    return client.post(hand_in_url(test, language), make.form(right, number=number))
