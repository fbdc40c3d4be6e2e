"""The first administrator of a deployment: a person with the role at the top of the tree, and a log-in."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from people.actions.accounts import open_account
from people.actions.people import record_person
from people.models import Organisation


class Command(BaseCommand):
    help = "Creates an administrator of the whole deployment. The second factor is set up at the first sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--given", required=True, help="given name")
        parser.add_argument("--family", default="", help="family name")
        parser.add_argument(
            "--organisation", help="code of the institution; the first root of the tree by default"
        )
        parser.add_argument(
            "--no-password", action="store_true", help="sign in by e-mail code and second factor"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        organisation = self._organisation(options["organisation"])
        password = None if options["no_password"] else self._password()
        try:
            person = record_person(
                by=None,
                organisation=organisation,
                family_name=options["family"],
                given_name=options["given"],
                role="administrator",
            )
            user = open_account(by=None, person=person, email=options["email"], password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} is administrator at {organisation}.")

    def _organisation(self, code: str | None) -> Organisation:
        roots = Organisation.objects.filter(depth=1, jurisdiction__code=settings.JURISDICTION)
        found = (Organisation.objects.filter(code=code) if code else roots).first()
        if found is None:
            raise CommandError(
                "There is no such institution. Load a preset first: manage.py load_preset ro"
            )
        return found

    def _password(self) -> str:
        password = getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
