"""What the tests of this room share."""

import pytest

from tests.cast import Cast
from tests.factories import training as make
from training.models import Edition


@pytest.fixture
def edition(cast: Cast) -> Edition:
    """Two places, one session in a week, organised by DGASPC Timiș."""
    return make.coming(cast.timis)
