"""Why something cannot be done that concerns trainers, each with its next step."""

from django.utils.translation import gettext as _

from training.actions.errors import Refused


class NotATrainer(Refused):
    code = "not_a_trainer"

    def __init__(self) -> None:
        super().__init__(
            _("This person is not recorded as a trainer."),
            _("An administrator gives the role of trainer on the page “Roles”."),
        )


class TimesOverlap(Refused):
    """Two stretches of one day that overlap say nothing clear."""

    code = "times_overlap"

    def __init__(self) -> None:
        super().__init__(
            _("These times overlap with others that you have entered."),
            _("Remove the others first, or choose times that only touch them."),
        )


class AlreadyAnswered(Refused):
    code = "already_answered"

    def __init__(self) -> None:
        super().__init__(
            _("This question has been answered already."),
            _("If something has changed, call the organiser."),
        )


class AnswerTooLate(Refused):
    code = "answer_too_late"

    def __init__(self) -> None:
        super().__init__(
            _("The time to answer is over."), _("If you want to teach, call the organiser.")
        )


class NoTrainerNeeded(Refused):
    code = "no_trainer_needed"

    def __init__(self) -> None:
        super().__init__(
            _("No session of this edition needs a trainer any more."),
            _("Look at the other editions that need trainers."),
        )


class TrainerHasNoTime(Refused):
    """Every session that still needs somebody is at a time when this trainer leads another one."""

    code = "trainer_has_no_time"

    def __init__(self) -> None:
        super().__init__(
            _("At the time of each session that needs a trainer, another session is led."),
            _("Say no, or call the organiser about another time."),
        )
