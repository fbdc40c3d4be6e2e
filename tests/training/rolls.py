"""A roll of today, for the tests of what phones send."""

from tests.cast import Cast
from tests.factories import training as make
from training.models import Session


def session_of_today(cast: Cast) -> Session:
    """Two hours of today with Ana and Vasile, led by Petar."""
    edition = make.edition(cast.timis)
    made = make.session(edition, 7, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    make.move_to(made, 0)
    made.refresh_from_db()
    return made
