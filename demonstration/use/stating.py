"""Has the demonstration's organisations state what they run, by the same acts as anybody's."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.viewer import Viewer, viewer_of
from demonstration.people import PEOPLE, publisher_of
from demonstration.use.adoptions import INTERESTS, USES, Use
from registry.actions.state_adoption import COUNTS_FOR, AdoptionForm, move_adoption, state_adoption
from registry.adoption.models import Adoption, Stage
from registry.catalogue.models import Module
from registry.releases.models import Release


def state_uses() -> None:
    """Every statement that is not there yet; a later loading goes on where one was interrupted."""
    for use in USES:
        _state(use)
    for organisation, module, objective in INTERESTS:
        by = viewer(organisation)
        found = module_of(module)
        if not Adoption.objects.filter(module=found, organisation=by.organisation).exists():
            _new(found, None, Stage.INTERESTED, AdoptionForm(objective=objective), by)


def viewer(organisation: str) -> Viewer:
    """Who answers for ``organisation`` (a slug) in the demonstration."""
    return viewer_of(User.objects.get(email=publisher_of(organisation).email), acting_for=organisation)


def viewer_as(organisation: str, role: str) -> Viewer:
    """Somebody of ``organisation`` (a slug) in ``role``."""
    person = next(person for person in PEOPLE if (person.organisation, person.role) == (organisation, role))
    return viewer_of(User.objects.get(email=person.email), acting_for=organisation)


def module_of(identifier: str) -> Module:
    """The module of that identifier."""
    publisher, _, slug = identifier.partition("/")
    return Module.objects.select_related("organisation").get(publisher=publisher, slug=slug)


def _state(use: Use) -> None:
    by, module = viewer(use.organisation), module_of(use.module)
    if Adoption.objects.filter(module=module, organisation=by.organisation).exists():
        return
    release = module.releases.select_related("module").get(version=use.version)
    form = AdoptionForm(
        sharing=use.sharing,
        since=date.fromisoformat(use.since) if use.since else None,
        owner=use.owner,
        volume=use.volume,
        unit=use.unit,
        systems=use.systems,
        objective=use.objective,
        blockers=use.blockers,
        reason="" if use.stage == Stage.RETIRED else use.reason,
        shares_reason=use.shares_reason,
        shares_volume=use.shares_volume,
        is_adapted=use.is_adapted,
    )
    stage = Stage.LIVE if use.stage == Stage.RETIRED else Stage(use.stage)
    adoption = _new(module, release, stage, form, by)
    if use.stage == Stage.RETIRED:
        move_adoption(adoption=adoption, stage=Stage.RETIRED, reason=use.reason, by=by)
    elif stage == Stage.LIVE:
        # The story is older than the loading: it was confirmed some time ago, and ends the sooner.
        confirmed = timezone.now() - timedelta(days=use.confirmed)
        Adoption.objects.filter(pk=adoption.pk).update(confirmed_at=confirmed, expires_on=confirmed.date() + COUNTS_FOR)


def _new(module: Module, release: Release | None, stage: str, form: AdoptionForm, by: Viewer) -> Adoption:
    assert by.organisation is not None
    return state_adoption(module=module, release=release, stage=stage, form=form, organisation=by.organisation, by=by)
