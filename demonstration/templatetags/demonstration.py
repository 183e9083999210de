"""The demonstration's accounts on the sign-in page, so that `accounts` need not know of the demonstration."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from demonstration.people import ORGANISATIONS, PASSWORD, PEOPLE

register = template.Library()


@register.inclusion_tag("demonstration/accounts.html", takes_context=True)
def demonstration_accounts(context: Context) -> dict[str, Any]:
    """Every made-up person with organisation and role, and their shared password; nothing outside the demonstration."""
    if not settings.IS_DEMONSTRATION:
        return {"people": ()}
    names = {body.slug: body.name for body in ORGANISATIONS}
    people = [(person, names.get(person.organisation, person.organisation)) for person in PEOPLE]
    return {
        "people": people,
        "password": PASSWORD,
        "csrf_token": context.get("csrf_token"),
        "redirect_field": context.get("redirect_field", ""),
    }
