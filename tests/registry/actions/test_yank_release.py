"""A release is withdrawn with a reason by those who publish it, once; its exact version stays."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent, Membership, Role
from accounts.viewer import NOBODY, Viewer, viewer_of
from registry.actions.yank_release import unyank_release, yank_release
from registry.errors import Conflict, NotAllowed, Refused
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.releases.models import Release
from registry.releases.storage import store
from tests.make import make_member, make_organisation, make_release, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, unchanged

WHY = "It sends the letter twice."
MODULE = ("hampshire", "victim-update")


@pytest.fixture
def by() -> Viewer:
    return make_viewer("hampshire")


def published(*versions: str) -> list[Release]:
    return [make_release("hampshire/victim-update", version) for version in versions]


@pytest.mark.django_db
def test_the_release_says_who_when_and_why_and_the_audit_says_it_too(by: Viewer) -> None:
    release = yank_release(release=published("1.0.0")[0], reason=f"  {WHY} ", by=by)
    release.refresh_from_db()
    assert (release.is_yanked, release.yanked_by, release.yanked_reason) == (True, by.user, WHY)
    event = AuditEvent.objects.get(action="release.yanked")
    assert (event.subject, event.user, event.organisation) == ("hampshire/victim-update@1.0.0", by.user, release.module.organisation)
    assert event.detail == {"reason": WHY}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("versions", "yanked", "current"),
    [
        (("1.0.0", "1.1.0"), ("1.1.0",), "1.0.0"),
        (("1.0.0", "1.1.0"), ("1.0.0",), "1.1.0"),
        (("1.0.0", "2.0.0-beta.1"), ("1.0.0",), "2.0.0-beta.1"),
        (("1.0.0", "1.1.0", "2.0.0-beta.1"), ("1.1.0",), "1.0.0"),
        (("1.0.0", "1.1.0"), ("1.0.0", "1.1.0"), "1.1.0"),
    ],
)
def test_a_yanked_release_is_current_only_when_nothing_else_is_left(
    by: Viewer, versions: tuple[str, ...], yanked: tuple[str, ...], current: str
) -> None:
    for release in published(*versions):
        if release.version in yanked:
            yank_release(release=release, reason=WHY, by=by)
    other = make_viewer("met")
    detail = read.module_detail(other, *MODULE)
    assert detail.current is not None
    assert (detail.entry.latest_version, detail.current.entry.version) == (current, current)
    assert detail.entry.status == ("yanked" if current in yanked else "listed")
    found = search(other, SearchQuery(q="victim"))
    assert [(one.id, one.latest_version) for one in found.results] == [("hampshire/victim-update", current)]


@pytest.mark.django_db
def test_its_exact_version_stays_readable_and_its_bytes_stay(by: Viewer) -> None:
    first, second = published("1.0.0", "1.1.0")
    yank_release(release=second, reason=WHY, by=by)
    other = make_viewer("met")
    file = read.artefact(other, *MODULE, "1.1.0", "process.bpmn")
    assert store().verify(file.sha256)
    entry = next(one for one in read.releases(other, *MODULE) if one.version == "1.1.0")
    assert (entry.yanked_reason, entry.yanked_at is not None) == (WHY, True)
    first.refresh_from_db()
    assert not first.is_yanked


@pytest.mark.django_db
def test_unyanked_it_is_current_again_with_nothing_left_of_the_yank(by: Viewer) -> None:
    release = published("1.0.0", "1.1.0")[1]
    yank_release(release=release, reason=WHY, by=by)
    unyank_release(release=release, reason="It was the printer.", by=by)
    release.refresh_from_db()
    assert (release.yanked_at, release.yanked_by, release.yanked_reason) == (None, None, "")
    assert read.visible_module(by, *MODULE).latest_version == "1.1.0"
    assert AuditEvent.objects.get(action="release.unyanked").detail == {"reason": "It was the printer."}


@pytest.mark.django_db
def test_readers_caches_are_told_by_a_new_revision(by: Viewer) -> None:
    release = published("1.0.0")[0]
    before = release.module.revision
    yank_release(release=release, reason=WHY, by=by)
    assert read.visible_module(by, *MODULE).revision > before


@pytest.mark.django_db
@pytest.mark.parametrize("action", [yank_release, unyank_release])
@pytest.mark.parametrize(("reason", "code"), [("", "reason_missing"), (" \n\t", "reason_missing"), ("x" * 501, "text_too_long")])
def test_without_a_usable_reason_nothing_changes(by: Viewer, action, reason: str, code: str) -> None:  # type: ignore[no-untyped-def]
    release = published("1.0.0")[0]
    with unchanged(), pytest.raises(Refused) as error:
        action(release=release, reason=reason, by=by)
    assert (error.value.code, error.value.where) == (code, "reason")


@pytest.mark.django_db
def test_the_longest_reason_is_kept_whole(by: Viewer) -> None:
    release = yank_release(release=published("1.0.0")[0], reason="x" * 500, by=by)
    release.refresh_from_db()
    assert release.yanked_reason == "x" * 500


@pytest.mark.django_db
def test_what_is_so_already_conflicts_and_keeps_the_first_reason(by: Viewer) -> None:
    release = published("1.0.0")[0]
    with unchanged(), pytest.raises(Conflict) as error:
        unyank_release(release=release, reason=WHY, by=by)
    assert error.value.code == "not_yanked"
    yank_release(release=release, reason=WHY, by=by)
    with unchanged(), pytest.raises(Conflict) as error:
        yank_release(release=release, reason="Another reason.", by=by)
    assert error.value.code == "already_yanked"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLISHER, Role.ADMINISTRATOR)])
@pytest.mark.parametrize("action", [yank_release, unyank_release])
def test_roles_that_do_not_publish_may_not(action, role: str) -> None:  # type: ignore[no-untyped-def]
    release = published("1.0.0")[0]
    where = make_organisation("partnership", kind="partnership") if role in (Role.STEWARD, Role.AUDITOR) else make_organisation("hampshire")
    with unchanged(), pytest.raises(NotAllowed):
        action(release=release, reason=WHY, by=viewer_of(make_member(where, role)))


@pytest.mark.django_db
def test_neither_may_strangers_partners_nor_former_members(by: Viewer) -> None:
    release = published("1.0.0")[0]
    Membership.objects.filter(user=by.user).delete()
    for viewer in (NOBODY, make_viewer("met"), by):
        with unchanged(), pytest.raises(NotAllowed):
            yank_release(release=release, reason=WHY, by=viewer)


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_yanked(by: Viewer) -> None:
    release = published("1.0.0")[0]
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        yank_release(release=release, reason=WHY, by=by)


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_wins_and_the_others_are_told(by: Viewer) -> None:
    release = published("1.0.0")[0]
    results = race(6, lambda number: yank_release(release=release, reason=f"Reason {number}", by=by))
    assert sum(isinstance(one, Release) for one in results) == 1, results
    assert sum(isinstance(one, Conflict) for one in results) == 5, results
    release.refresh_from_db()
    assert AuditEvent.objects.get(action="release.yanked").detail == {"reason": release.yanked_reason}


@pytest.mark.django_db(transaction=True)
def test_both_releases_yanked_at_once_leave_a_yanked_module(by: Viewer) -> None:
    """Each transaction sees the other's yank, so that none writes a status from before it."""
    releases = published("1.0.0", "1.1.0", "1.2.0")
    race(3, lambda number: yank_release(release=releases[number], reason=WHY, by=by))
    assert read.visible_module(by, *MODULE).status == "yanked"
