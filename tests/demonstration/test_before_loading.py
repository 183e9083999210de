"""What must hold before the demonstration is loaded, and while it is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from demonstration import loading
from demonstration.modules import ENTRIES
from registry.catalogue.models import BusinessArea
from registry.releases.models import Release

pytestmark = pytest.mark.django_db


def test_an_interrupted_loading_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(entry for entry in ENTRIES if entry.slug in ("case-references", "action-fraud", "bail-notification", "notifications"))
    monkeypatch.setattr(loading, "ENTRIES", few)
    monkeypatch.setattr(loading, "STORIES", ())  # they speak of the other modules too
    real, calls = loading.check_release, []

    def fails_third(release: int) -> None:
        calls.append(release)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(release)

    monkeypatch.setattr(loading, "check_release", fails_third)
    with pytest.raises(KeyboardInterrupt):
        loading.load()
    assert loading.load() is True
    assert (
        Release.objects.count() == Release.objects.filter(state=Release.State.LISTED).count() == sum(len(entry.editions) for entry in few)
    )


def test_it_is_loaded_nowhere_but_in_a_demonstration(settings) -> None:  # type: ignore[no-untyped-def]
    settings.IS_DEMONSTRATION = False
    with pytest.raises(CommandError):
        call_command("load_demonstration")
    assert not User.objects.exists()


def test_every_installation_has_business_areas_in_two_languages() -> None:
    assert BusinessArea.objects.count() == 22
    assert not BusinessArea.objects.filter(name_da="").exists()
