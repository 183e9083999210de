"""Whom a rating concerns, and what they are told. Each is called in the transaction of its change."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Organisation, User
from accounts.roles import Permission
from registry.actions.telling_lifecycle import stewards
from registry.catalogue.visibility import SHARED
from registry.curation.models import PracticeRecord, Rating
from registry.notices.telling import people_of, tell


def tell_of_rating(rating: Rating, but: User) -> None:
    """The module's publisher: somebody rated it."""
    _tell(rating, rating.release.module.organisation, f"{rating.organisation} rated {rating.release}", rating.words, but)


def tell_of_change_while_hidden(rating: Rating, but: User) -> None:
    """The stewards: what they hid says something else now."""
    _tell_stewards(rating, f"The hidden rating of {rating.release} was changed", rating.words, but)


def tell_of_reply(rating: Rating, but: User) -> None:
    """Whoever rated: the publisher replied."""
    _tell(
        rating, rating.organisation, f"{rating.release.module.organisation} replied to your rating of {rating.release}", rating.reply, but
    )


def tell_of_report(rating: Rating, reason: str, but: User) -> None:
    """The stewards: somebody thinks that a rating should not stand."""
    _tell_stewards(rating, f"A rating of {rating.release} is reported", reason, but)


def tell_of_hiding(rating: Rating, but: User) -> None:
    """Both sides: a steward hid the rating."""
    _tell_both(rating, f"A steward hid {rating.organisation}’s rating of {rating.release}", rating.hidden_reason, but)


def tell_of_restoring(rating: Rating, reason: str, but: User) -> None:
    """Both sides: it is shown again."""
    _tell_both(rating, f"{rating.organisation}’s rating of {rating.release} is shown again", reason, but)


def tell_of_proposal(practice: PracticeRecord, but: User | None) -> None:
    """The stewards who see the module: a publisher proposes how well its practice works."""
    module = practice.module
    for partnership, people in stewards() if module.visibility in SHARED else ():
        tell(
            people,
            "practice",
            title=f"{module.organisation} proposes “{practice.get_proposed_display()}” for {module.identifier}",
            text=practice.basis,
            address=reverse("practice", args=[module.publisher, module.slug]),
            organisation=partnership,
            module=module,
            but=but,
        )


def tell_of_confirmation(practice: PracticeRecord, title: str, reason: str, but: User) -> None:
    """The module's publisher: a steward decided on what it proposed."""
    module = practice.module
    tell(
        people_of(module.organisation, Permission.PUBLISH),
        "practice",
        title=title,
        text=reason,
        address=reverse("practice", args=[module.publisher, module.slug]),
        organisation=module.organisation,
        module=module,
        but=but,
    )


def _tell(rating: Rating, organisation: Organisation, title: str, text: str, but: User, address: str = "") -> None:
    tell(
        people_of(organisation, Permission.PUBLISH),
        "rating",
        title=title,
        text=text,
        address=address or reverse("rating", args=[rating.pk]),
        organisation=organisation,
        module=rating.release.module,
        but=but,
    )


def _tell_both(rating: Rating, title: str, text: str, but: User) -> None:
    """The publisher does not see a hidden rating, so it is led to the module."""
    module = rating.release.module
    _tell(rating, rating.organisation, title, text, but)
    _tell(rating, module.organisation, title, text, but, reverse("module", args=[module.publisher, module.slug]))


def _tell_stewards(rating: Rating, title: str, text: str, but: User) -> None:
    module = rating.release.module
    for partnership, people in stewards() if module.visibility in SHARED else ():
        address = reverse("rating", args=[rating.pk])
        tell(people, "rating", title=title, text=text, address=address, organisation=partnership, module=module, but=but)
