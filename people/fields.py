"""Names in five languages as one field: {"ro": "Județul Timiș", "en": "Timiș County"}."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Translated(dict[str, str]):
    """A text in several languages; as a string it is the one in the reader's language."""

    def in_language(self, language: str) -> str:
        """The text in that language, else in the site's, else in English, else in any."""
        for code in (language, settings.LANGUAGE_CODE, "en"):
            if self.get(code):
                return self[code]
        return next((text for text in self.values() if text), "")

    def __str__(self) -> str:
        return self.in_language(get_language() or settings.LANGUAGE_CODE)


class _TranslatedAttribute:
    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:
            instance.refresh_from_db(fields=[self.name])
        return instance.__dict__[self.name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.name] = Translated(value) if isinstance(value, dict) else value


class TranslatedField(models.JSONField):
    """A short text in the site's languages, stored as one JSON object by language code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _TranslatedAttribute(self.attname))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        loaded = super().from_db_value(value, expression, connection)
        return Translated(loaded) if isinstance(loaded, dict) else loaded

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise ValidationError(_("Enter a text for each language."))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return models.Field.formfield(self, **{"form_class": TranslatedFormField, **kwargs})


def _direction(code: str) -> str:
    return "rtl" if code == "ar" else "ltr"


class TranslatedWidget(forms.MultiWidget):
    """One text box a language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = {
            code: forms.TextInput(
                {"lang": code, "dir": _direction(code), "placeholder": name, "aria-label": name}
            )
            for code, name in settings.LANGUAGES
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        value = value or {}
        return [value.get(code, "") for code, _name in settings.LANGUAGES]


class TranslatedFormField(forms.MultiValueField):
    """Asks for the text in each language; one is enough."""

    def __init__(self, **kwargs: Any) -> None:
        for unwanted in ("encoder", "decoder", "max_length"):
            kwargs.pop(unwanted, None)
        boxes = [
            forms.CharField(required=False, max_length=300) for _language in settings.LANGUAGES
        ]
        super().__init__(boxes, widget=TranslatedWidget, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return {
            code: text
            for (code, _name), text in zip(settings.LANGUAGES, data_list, strict=False)
            if text
        }
