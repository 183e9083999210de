"""Downloads are counted once a day for each organisation, machines apart from people, the publisher's own not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.tokens import find_token
from accounts.viewer import NOBODY, Viewer, viewer_of_token
from registry.actions.record_download import record_download
from registry.index import read
from registry.releases.models import Download, Release
from tests.make import make_release, make_token, make_viewer
from tests.race import race
from tests.unchanged import unchanged

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update")


def machine(slug: str) -> Viewer:
    token = find_token(make_token(slug, ("read",)))
    assert token is not None
    return viewer_of_token(token)


@pytest.mark.django_db
def test_once_a_day_for_each_organisation_whoever_of_it_comes(release: Release) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for viewer in (make_viewer("met"), make_viewer("met"), make_viewer("wiltshire")):
            record_download(release=release, by=viewer)
            record_download(release=release, by=viewer)
        assert Download.objects.count() == 2
        clock.shift(timedelta(days=1))
        record_download(release=release, by=make_viewer("met"))
    assert sorted(Download.objects.values_list("organisation__slug", "day", "by_token")) == [
        ("met", NOON.date(), False),
        ("met", NOON.date() + timedelta(days=1), False),
        ("wiltshire", NOON.date(), False),
    ]


@pytest.mark.django_db
def test_machines_are_kept_apart_and_only_people_are_shown(release: Release) -> None:
    for viewer in (machine("met"), machine("met"), make_viewer("met"), machine("wiltshire")):
        record_download(release=release, by=viewer)
    assert sorted(Download.objects.values_list("organisation__slug", "by_token")) == [("met", False), ("met", True), ("wiltshire", True)]
    assert [one.downloads for one in read.releases(make_viewer("hampshire"), "hampshire", "victim-update")] == [1]


@pytest.mark.django_db
def test_each_release_is_counted_for_itself(release: Release) -> None:
    other = make_release("hampshire/victim-update", "1.1.0")
    for taken in (release, release, other):
        record_download(release=taken, by=make_viewer("met"))
    assert {one.version: one.downloads for one in read.releases(make_viewer("met"), "hampshire", "victim-update")} == {
        "1.0.0": 1,
        "1.1.0": 1,
    }


@pytest.mark.django_db
def test_its_own_publisher_and_nobody_are_not_counted(release: Release) -> None:
    for viewer in (make_viewer("hampshire"), machine("hampshire"), NOBODY):
        with unchanged():
            record_download(release=release, by=viewer)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one() -> None:
    release, viewer = make_release("hampshire/victim-update"), make_viewer("met")
    assert race(8, lambda _: record_download(release=release, by=viewer)) == [None] * 8
    assert Download.objects.count() == 1
