"""A draft is its author's own affair until it is handed in; then it is checked."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from accounts.tokens import issue_token
from accounts.viewer import viewer_of_token
from registry.actions.check_release import check_release
from registry.actions.submit_release import submit_release
from registry.actions.update_module import update_module
from registry.index import read
from registry.releases.gates import ReleaseForm
from registry.releases.models import OutboxEntry, Release
from registry.reviews.models import Contributor, Review
from tests.make import make_release, make_token, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged


@pytest.fixture
def draft() -> Release:
    return make_release("hampshire/victim-update", checked=False, draft=True)


@pytest.mark.django_db
def test_a_draft_waits_and_is_checked_when_it_is_handed_in(draft: Release) -> None:
    assert (draft.state, OutboxEntry.objects.count()) == ("draft", 0)
    with unchanged():
        check_release(draft.pk)
    by = make_viewer("hampshire")
    assert submit_release(release=draft, by=by).state == "checking"
    assert OutboxEntry.objects.get().subject == draft.pk
    assert Contributor.objects.filter(release=draft, user=by.user).exists()
    assert AuditEvent.objects.get(action="release.submitted").detail == {"digest": draft.digest}
    check_release(draft.pk)
    assert Review.objects.get(release=draft).state == "in_review"


@pytest.mark.django_db
def test_what_its_own_organisation_alone_sees_is_then_listed() -> None:
    draft = make_release("hampshire/victim-update", checked=False, draft=True, visibility="own")
    submit_release(release=draft, by=make_viewer("hampshire"))
    check_release(draft.pk)
    assert read.visible_module(make_viewer("hampshire"), "hampshire", "victim-update").latest_version == "1.0.0"


@pytest.mark.django_db
def test_a_draft_of_before_is_judged_by_the_marking_of_today() -> None:
    draft = make_release("hampshire/victim-update", checked=False, draft=True, visibility="own")
    by = make_viewer("hampshire")
    update_module(module=draft.module, form=ReleaseForm(marking="OFFICIAL-SENSITIVE"), by=by)
    submit_release(release=draft, by=by)
    check_release(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.marking) == ("in_review", "OFFICIAL-SENSITIVE")
    assert Review.objects.get(release=draft).marking == "OFFICIAL-SENSITIVE"


@pytest.mark.django_db
def test_only_its_publisher_hands_it_in_and_only_once(draft: Release) -> None:
    with refuses("not_a_publisher"):
        submit_release(release=draft, by=make_viewer("met"))
    submit_release(release=draft, by=make_viewer("hampshire"))
    with refuses("wrong_state"):
        submit_release(release=draft, by=make_viewer("hampshire"))


@pytest.mark.django_db
def test_a_token_hands_it_in_in_the_name_of_who_made_it(draft: Release) -> None:
    maker = make_viewer("hampshire")
    assert maker.organisation is not None
    token, _ = issue_token(organisation=maker.organisation, name="Robot", scopes=["publish"], days=9, by=maker)
    submit_release(release=draft, by=viewer_of_token(token))
    assert Contributor.objects.filter(release=draft, user=maker.user).exists()
    assert make_token  # tokens that nobody made are of tests alone


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_handed_in(draft: Release) -> None:
    by = make_viewer("hampshire")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        submit_release(release=draft, by=by)


@pytest.mark.django_db(transaction=True)
def test_handed_in_several_times_at_once_it_is_handed_in_once() -> None:
    draft, by = make_release("hampshire/victim-update", checked=False, draft=True), make_viewer("hampshire")
    results = race(4, lambda _: submit_release(release=draft, by=by))
    assert sum(isinstance(one, Release) for one in results) == 1, results
    assert OutboxEntry.objects.count() == 1
