"""A module's row in the catalogue says what its latest listed release says."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from registry.actions.refresh_module import MAX_WORDS, refresh_module
from registry.actions.update_module import update_module
from registry.catalogue.models import Module, SearchWordUse
from registry.releases.gates import ReleaseForm
from tests.make import bpmn, make_module, make_release, make_viewer


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("versions", "latest"),
    [
        (("1.0.0",), "1.0.0"),
        (("1.10.0", "1.9.0"), "1.10.0"),
        (("1.0.0", "2.0.0-rc.1"), "1.0.0"),
        (("1.0.0-rc.1", "1.0.0-rc.2"), "1.0.0-rc.2"),
        (("2.0.0", "1.9.9"), "2.0.0"),  # a correction of an older line comes later and is not the latest
    ],
)
def test_the_latest_is_the_highest_stable_version_whatever_came_last(versions: tuple[str, ...], latest: str) -> None:
    for version in versions:
        release = make_release("hampshire/victim-update", version)
    assert release.module.latest_version == latest
    assert release.module.latest_at == release.module.releases.get(version=latest).created_at


@pytest.mark.django_db
def test_licence_and_platform_are_the_latest_releases() -> None:
    make_release("hampshire/victim-update", "1.0.0", licence="MIT")
    make_release("hampshire/victim-update", "1.1.0", licence="EUPL-1.2")
    release = make_release("hampshire/victim-update", "1.0.1", licence="Apache-2.0")
    assert (release.module.licence, release.module.platforms) == ("EUPL-1.2", ["bpmn"])


@pytest.mark.django_db
def test_without_a_listed_release_it_is_a_draft_with_nothing_to_find() -> None:
    module = make_release("hampshire/victim-update", checked=False).module
    with transaction.atomic():
        refresh_module(module)
    module.refresh_from_db()
    assert (module.status, module.latest_version, module.platforms) == ("draft", "", [])
    assert not SearchWordUse.objects.filter(module=module).exists()


@pytest.mark.django_db
def test_again_it_changes_the_revision_alone() -> None:
    module = make_module("hampshire/victim-update", systems=("Niche RMS",))
    before = Module.objects.values().get()
    words = set(SearchWordUse.objects.values_list("word__word", flat=True))
    refresh_module(Module.objects.get())
    after = Module.objects.values().get()
    assert {key for key in after if after[key] != before[key]} == {"revision"}
    assert set(SearchWordUse.objects.filter(module=module).values_list("word__word", flat=True)) == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "config"),
    [
        ("victims", "moothall_en"),
        ("sending", "moothall_en"),
        ("gooseberry", "moothall_en"),
        ("telephone", "moothall_en"),
        ("borgerne", "moothall_da"),
    ],
)
def test_title_summary_steps_and_readme_are_found_in_either_language(word: str, config: str) -> None:
    data = bpmn("Letters", tasks=("Telephone the victim",))
    make_release("hampshire/victim-update", data=data, summary="Sends victims an update.", readme="Gooseberries for borger and borgerne.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT search @@ plainto_tsquery('{config}', %s) FROM registry_module", [word])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_a_very_long_readme_gives_a_bounded_number_of_words() -> None:
    letters = "abcdefghij"
    words = {f"w{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters[:2]}
    module = make_module("hampshire/victim-update", readme=" ".join(sorted(words)))
    assert SearchWordUse.objects.filter(module=module).count() == MAX_WORDS
    update_module(module=module, form=ReleaseForm(readme="Short."), by=make_viewer("hampshire"))
    assert 0 < SearchWordUse.objects.filter(module=module).count() < 40
