"""Tags of the account pages: allauth's forms in our words, and whether a second factor is missing."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.template.context import Context

from accounts.second_factor import must_set_up

register = template.Library()

# allauth's fields by name: our label and hint. Its own forms name a field alike wherever it means the same.
WORDS = {
    "login": ("E-mail address", ""),
    "email": ("E-mail address", ""),
    "password": ("Password", ""),
    "oldpassword": ("Password you use now", ""),
    "password1": ("New password", "At least 12 characters. Three words that have nothing to do with each other make a good one."),
    "password2": ("New password again", ""),
    "code": ("Code", ""),
    "passwordless": ("Sign in with it without a password", "The key then asks for your fingerprint, your face or a PIN."),
}
NARROW = {"code": "govuk-input--width-10"}


@register.filter
def in_plain_words(form: forms.Form) -> forms.Form:
    """``form``; if it is allauth's, with our labels and hints in place of its placeholders and help texts."""
    if not type(form).__module__.startswith("allauth."):
        return form
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in WORDS:
            field.label, field.help_text = WORDS[name]
        if name in NARROW:
            field.widget.attrs.update({"class": NARROW[name], "inputmode": "numeric", "spellcheck": "false"})
    return form


@register.simple_tag(takes_context=True)
def second_factor_missing(context: Context) -> Any:
    """Whether whoever asks must set up a second factor before going on."""
    return must_set_up(context["request"])
