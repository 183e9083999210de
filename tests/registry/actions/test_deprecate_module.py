"""Users of a module are told to move; a successor they may not see is nobody's successor to them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent, Role
from accounts.viewer import NOBODY, Viewer, viewer_of
from registry.actions.deprecate_module import deprecate_module
from registry.actions.update_module import update_module
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.errors import NotAllowed, Refused
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.releases.gates import ReleaseForm
from tests.make import make_member, make_module, make_organisation, make_release, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, unchanged

WHY = "No longer kept up."
MODULE = ("hampshire", "victim-update")


@pytest.fixture
def by() -> Viewer:
    return make_viewer("hampshire")


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/victim-update")


@pytest.mark.django_db
def test_every_reader_sees_it_at_once(module: Module, by: Viewer) -> None:
    make_module("met/better-update")
    deprecate_module(module=module, reason=f" {WHY} ", successor="met/better-update", by=by)
    other = make_viewer("wiltshire")
    detail = read.module_detail(other, *MODULE)
    assert (detail.entry.status, detail.deprecated_reason, detail.successor) == ("deprecated", WHY, "met/better-update")
    assert [one.id for one in search(other, SearchQuery(q="victim", status=("deprecated",))).results] == ["hampshire/victim-update"]
    assert detail.entry.revision > module.revision
    event = AuditEvent.objects.get(action="module.deprecated")
    assert (event.subject, event.user, event.organisation) == ("hampshire/victim-update", by.user, module.organisation)
    assert event.detail == {"reason": WHY, "successor": "met/better-update"}


@pytest.mark.django_db
def test_its_releases_stay(module: Module, by: Viewer) -> None:
    deprecate_module(module=module, reason=WHY, by=by)
    detail = read.module_detail(make_viewer("met"), *MODULE)
    assert detail.current is not None
    assert not detail.current.entry.yanked_at
    assert detail.successor == ""


@pytest.mark.django_db
def test_again_with_other_words_replaces_them(module: Module, by: Viewer) -> None:
    make_module("met/better-update")
    deprecate_module(module=module, reason=WHY, successor="met/better-update", by=by)
    deprecate_module(module=module, reason="Its system is gone.", by=by)
    detail = read.module_detail(by, *MODULE)
    assert (detail.deprecated_reason, detail.successor) == ("Its system is gone.", "")
    assert AuditEvent.objects.filter(action="module.deprecated").count() == 2


@pytest.mark.django_db
def test_a_new_release_does_not_take_the_word_back(module: Module, by: Viewer) -> None:
    deprecate_module(module=module, reason=WHY, by=by)
    make_release("hampshire/victim-update", "1.1.0")
    module.refresh_from_db()
    assert (module.status, module.latest_version, module.deprecated_reason) == ("deprecated", "1.1.0", WHY)
    yank_release(release=module.releases.get(version="1.1.0"), reason=WHY, by=by)
    module.refresh_from_db()
    assert module.status == "deprecated"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "successor", "code", "where"),
    [
        ("", "", "reason_missing", "reason"),
        ("  ", "met/better-update", "reason_missing", "reason"),
        ("x" * 501, "", "text_too_long", "reason"),
        (WHY, "hampshire/victim-update", "successor_unknown", "successor"),
        (WHY, "no identifier", "identifier_invalid", ""),
        (WHY, "met/" + "x" * 300, "successor_unknown", "successor"),
    ],
)
def test_refusals_change_nothing(module: Module, by: Viewer, reason: str, successor: str, code: str, where: str) -> None:
    make_module("met/better-update")
    with unchanged(), pytest.raises(Refused) as error:
        deprecate_module(module=module, reason=reason, successor=successor, by=by)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.django_db
def test_a_hidden_successor_is_refused_in_the_words_for_an_absent_one(module: Module, by: Viewer) -> None:
    make_module("met/kept-to-itself", visibility="own")
    make_organisation("wiltshire")
    make_module("met/for-wiltshire", visibility="named", share_with=("wiltshire",))
    make_release("met/not-listed", checked=False)
    said = set()
    for slug in ("kept-to-itself", "for-wiltshire", "not-listed", "absent"):
        with unchanged(), pytest.raises(Refused) as error:
            deprecate_module(module=module, reason=WHY, successor=f"met/{slug}", by=by)
        said.add((error.value.code, error.value.message.replace(slug, "…"), error.value.where, error.value.mend))
    assert len(said) == 1


@pytest.mark.django_db
def test_a_successor_is_named_only_to_those_who_may_see_it(module: Module, by: Viewer) -> None:
    make_organisation("wiltshire")
    make_module("hampshire/next", visibility="named", share_with=("wiltshire",))
    deprecate_module(module=module, reason=WHY, successor="hampshire/next", by=by)
    seen = {slug: read.module_detail(make_viewer(slug), *MODULE).successor for slug in ("hampshire", "wiltshire", "met")}
    assert seen == {"hampshire": "hampshire/next", "wiltshire": "hampshire/next", "met": ""}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLISHER, Role.ADMINISTRATOR)])
def test_roles_that_do_not_publish_may_not(module: Module, role: str) -> None:
    where = make_organisation("partnership", kind="partnership") if role in (Role.STEWARD, Role.AUDITOR) else module.organisation
    with unchanged(), pytest.raises(NotAllowed):
        deprecate_module(module=module, reason=WHY, by=viewer_of(make_member(where, role)))


@pytest.mark.django_db
def test_neither_may_strangers_nor_partners_and_they_learn_nothing_of_the_successor(module: Module) -> None:
    for viewer in (NOBODY, make_viewer("met")):
        with unchanged(), pytest.raises(NotAllowed):
            deprecate_module(module=module, reason="", successor="met/absent", by=viewer)


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_deprecated(module: Module, by: Viewer) -> None:
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        deprecate_module(module=module, reason=WHY, by=by)


@pytest.mark.django_db(transaction=True)
def test_with_other_changes_at_once_none_is_lost(by: Viewer) -> None:
    release = make_release("hampshire/victim-update")
    module = release.module
    works = [
        lambda: deprecate_module(module=module, reason=WHY, by=by),
        lambda: update_module(module=module, form=ReleaseForm(title="Tell victims", visibility="own"), by=by),
        lambda: yank_release(release=release, reason=WHY, by=by),
    ]
    results = race(3, lambda number: works[number]())
    assert not [one for one in results if isinstance(one, Exception)], results
    module.refresh_from_db()
    release.refresh_from_db()
    assert (module.deprecated_reason, module.title, module.visibility, release.is_yanked) == (WHY, "Tell victims", "own", True)
