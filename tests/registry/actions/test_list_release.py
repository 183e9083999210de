"""What was signed is listed, and those it is for see it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from accounts.tokens import issue_token
from accounts.viewer import viewer_of_token
from registry.actions.list_release import list_release
from registry.actions.update_module import update_module
from registry.actions.yank_release import unyank_release, yank_release
from registry.errors import Missing
from registry.governance.blocking import Blocker
from registry.index import read
from registry.releases.gates import ReleaseForm
from registry.releases.models import Release
from registry.reviews.models import Review, SignOff
from tests.make import fresh, make_lister, make_release, make_review, make_reviewer, make_viewer, sign_all
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged

MODULE = ("hampshire", "victim-update")


@pytest.mark.django_db
def test_listed_it_is_seen_by_whom_it_is_for() -> None:
    review, other = sign_all(make_review()), make_viewer("met")
    with pytest.raises(Missing):
        read.visible_module(other, *MODULE)
    by = make_viewer("hampshire")
    list_release(review=review, by=by)
    release = fresh(review).release
    assert (release.state, release.visibility, release.listed_by) == ("listed", "partnership", by.user)
    assert read.visible_module(other, *MODULE).latest_version == "1.0.0"
    assert AuditEvent.objects.get(action="review.list").detail["visibility"] == "partnership"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["technical", "business_owner", "information_assurance", "licence"])
def test_not_while_one_has_not_signed(role: str) -> None:
    review = sign_all(make_review(), role)
    with refuses("sign_offs_missing", "sign_offs"):
        list_release(review=review, by=make_lister(review))


@pytest.mark.django_db
def test_a_token_of_its_publisher_lists_it_another_does_not() -> None:
    review = sign_all(make_review())
    for slug, scopes in (("met", ["publish"]), ("hampshire", ["read"])):
        owner = make_viewer(slug).organisation
        assert owner is not None
        token, _ = issue_token(organisation=owner, name="Robot", scopes=scopes, days=9, by=None)
        with refuses("token_out_of_scope", "token"):
            list_release(review=review, by=viewer_of_token(token))
    owner = make_viewer("hampshire").organisation
    assert owner is not None
    token, _ = issue_token(organisation=owner, name="Robot", scopes=["publish"], days=9, by=None)
    list_release(review=fresh(review), by=viewer_of_token(token))
    assert fresh(review).release.listed_by is None


@pytest.mark.django_db
def test_what_its_publisher_withdrew_or_is_inquired_into_is_not_listed() -> None:
    review = sign_all(make_review())
    by = make_lister(review)
    yank_release(release=review.release, reason="It fails.", by=by)
    with refuses("yanked", "version"):
        list_release(review=fresh(review), by=by)
    unyank_release(release=fresh(review).release, reason="It does not.", by=by)
    Release.objects.filter(pk=review.release_id).update(quarantined_at=timezone.now(), quarantine_reason="Odd.")
    with refuses("quarantined", "version"):
        list_release(review=fresh(review), by=by)
    Release.objects.filter(pk=review.release_id).update(quarantined_at=None)
    Organisation.objects.filter(slug="hampshire").update(is_active=False)
    with refuses("publisher_inactive", "organisation"):
        list_release(review=fresh(review), by=make_reviewer("met"))


@pytest.mark.django_db
def test_a_rule_of_governance_stands_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    review = sign_all(make_review())
    with monkeypatch.context() as ruled:
        ruled.setattr("registry.actions.list_release.blockers", lambda *_: [Blocker("dpia_missing", "No DPIA.", "Write one.", "dpia")])
        with refuses("dpia_missing", "dpia"):
            list_release(review=review, by=make_lister(review))


@pytest.mark.django_db
def test_a_change_of_who_sees_it_voids_what_was_signed() -> None:
    review, by = sign_all(make_review()), make_viewer("hampshire")
    for form in (ReleaseForm(marking="OFFICIAL-SENSITIVE"), ReleaseForm(visibility="named", share_with=("met",)), ReleaseForm(share_with=("met", "kent"))):  # fmt: skip
        for slug in form.share_with:
            Organisation.objects.get_or_create(slug=slug, defaults={"name": slug, "kind": "police"})
        before = fresh(review).round
        update_module(module=review.release.module, form=form, by=by)
        now = fresh(review)
        assert (now.round, SignOff.objects.filter(review=review, voided_at=None).count()) == (before + 1, 0), form
        assert now.log.last().act == "judged_anew"  # type: ignore[union-attr]
        with refuses("sign_offs_missing"):
            list_release(review=now, by=by)
        sign_all(now)
    before = fresh(review).round
    update_module(module=review.release.module, form=ReleaseForm(share_with=("met",)), by=by)  # fewer
    update_module(module=review.release.module, form=ReleaseForm(summary="Sends victims news."), by=by)
    assert fresh(review).round == before
    list_release(review=fresh(review), by=by)


@pytest.mark.django_db
def test_more_named_by_the_way_in_a_later_publish_voids_it_too() -> None:
    make_viewer("met"), make_viewer("kent")
    review = sign_all(make_review(visibility="named", share_with=("met",)))
    make_release("hampshire/victim-update", "1.1.0", checked=False, visibility="", share_with=("met", "kent"))
    with refuses("sign_offs_missing"):
        list_release(review=fresh(review), by=make_lister(review))
    sign_all(review)
    make_release("hampshire/victim-update", "1.2.0", checked=False, visibility="partnership")
    assert fresh(review).visibility == "partnership"
    with refuses("sign_offs_missing"):
        list_release(review=fresh(review), by=make_lister(review))


@pytest.mark.django_db
def test_another_release_marked_higher_has_this_one_judged_anew() -> None:
    first, second = make_review(), make_review(version="1.1.0", marking="OFFICIAL-SENSITIVE")
    sign_all(first)
    list_release(review=sign_all(second), by=make_lister(second))
    assert (fresh(first).marking, fresh(first).release.marking) == ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE")
    with refuses("sign_offs_missing"):
        list_release(review=fresh(first), by=make_lister(first))


@pytest.mark.django_db
@pytest.mark.parametrize(("version", "latest"), [("0.9.0", "1.0.0"), ("1.1.0-rc.1", "1.0.0"), ("1.1.0", "1.1.0")])
def test_an_older_or_early_version_listed_later_does_not_become_the_latest(version: str, latest: str) -> None:
    make_release("hampshire/victim-update", "1.0.0")
    review = sign_all(make_review(version=version))
    assert review.kind == Review.Kind.UPDATE
    list_release(review=review, by=make_lister(review))
    assert read.visible_module(make_viewer("met"), *MODULE).latest_version == latest
    assert {one.version for one in read.releases(make_viewer("met"), *MODULE)} == {"1.0.0", version}


@pytest.mark.django_db
def test_two_releases_are_reviewed_side_by_side() -> None:
    first, second = sign_all(make_review()), make_review(version="1.1.0")
    with refuses("sign_offs_missing"):
        list_release(review=second, by=make_lister(second))
    list_release(review=fresh(first), by=make_lister(first))
    list_release(review=sign_all(second), by=make_lister(second))


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_listed() -> None:
    review = sign_all(make_review())
    by = make_lister(review)
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        list_release(review=review, by=by)


@pytest.mark.django_db(transaction=True)
def test_listed_several_times_at_once_it_is_listed_once() -> None:
    review = sign_all(make_review())
    by = make_lister(review)
    results = race(3, lambda _: list_release(review=fresh(review), by=by))
    assert sum(isinstance(one, Review) for one in results) == 1, results
    assert AuditEvent.objects.filter(action="review.list").count() == 1
