"""What the database itself refuses, whatever code asks it: SQL that goes round every action (D4)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import ApiToken, Membership, Role, SignOffRole
from accounts.tokens import issue_token
from accounts.viewer import Viewer, viewer_of, viewer_of_token
from registry.actions.ask_widening import ask_widening
from registry.actions.check_release import check_release
from registry.actions.hold_release import hold_release
from registry.actions.list_release import list_release
from registry.actions.refuse_release import refuse_release
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.sign_off import sign_off, withdraw_sign_off
from registry.errors import Conflict, RegistryError
from registry.releases.models import Artefact, Finding, Release
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Contributor, FindingAnswer, Review, ReviewEntry, SignOff, Widening
from tests.make import (
    bpmn,
    fresh,
    make_lister,
    make_member,
    make_module,
    make_organisation,
    make_release,
    make_review,
    make_reviewer,
    make_user,
    make_viewer,
    reviewer_for,
    sign,
)
from tests.race import race

ROLES = SignOffRole.values


@contextlib.contextmanager
def refused(words: str = "") -> Iterator[None]:
    """The database refuses, in words that name the guard."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def signed(review: Review, *roles: str) -> Review:
    for role in roles or ROLES:
        sign(review, role)
    return fresh(review)


def put_sign_off(review: Review, by: Viewer, role: str = "technical", **other: object) -> SignOff:
    """A sign-off, written past every action."""
    bound = {"digest": review.digest, "visibility": review.visibility, "marking": review.marking, "organisation": by.organisation}
    return SignOff.objects.create(review=review, role=role, user=by.user, **{**bound, **other})


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


# --- Listing --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("lacking", ROLES)
def test_nothing_is_listed_while_one_sign_off_lacks(lacking: str) -> None:
    review = signed(make_review(), *(role for role in ROLES if role != lacking))
    for change in ({"state": "listed", "visibility": "partnership"}, {"state": "listed", "visibility": "named"}):
        with refused(f"lacks the sign-off of: .*{lacking}"):
            Release.objects.filter(pk=review.release_id).update(**change)
    sign(review, lacking)
    Release.objects.filter(pk=review.release_id).update(state="listed", visibility="partnership")  # the guard asks for no more than that


@pytest.mark.django_db
def test_nothing_comes_in_listed() -> None:
    release = make_review().release
    copied = {field.attname: getattr(release, field.attname) for field in Release._meta.concrete_fields if not field.primary_key}
    for visibility in ("named", "partnership"):
        with refused("lacks the sign-off"):
            Release.objects.create(**{**copied, "version": "9.0.0", "state": "listed", "visibility": visibility})
    with refused("lacks the sign-off of: information_assurance"):
        Release.objects.create(**{**copied, "version": "9.0.0", "state": "listed", "visibility": "own", "marking": "OFFICIAL-SENSITIVE"})


@pytest.mark.django_db
def test_what_is_listed_for_few_is_not_widened_nor_marked_otherwise() -> None:
    release = make_release("hampshire/victim-update", visibility="own")
    for change in ({"visibility": "named"}, {"visibility": "partnership"}, {"marking": "OFFICIAL-SENSITIVE"}):
        with refused("lacks the sign-off"):
            Release.objects.filter(pk=release.pk).update(**change)


@pytest.mark.django_db
def test_signed_as_sensitive_it_is_not_listed_as_official() -> None:
    release = make_release("hampshire/victim-update", marking="OFFICIAL-SENSITIVE")
    assert (release.state, release.marking) == ("listed", "OFFICIAL-SENSITIVE")
    with refused("lacks the sign-off"):
        Release.objects.filter(pk=release.pk).update(marking="OFFICIAL")


@pytest.mark.django_db
def test_a_sign_off_of_other_bytes_or_that_was_taken_back_does_not_count() -> None:
    review = signed(make_review())
    SignOff.objects.filter(review=review, role="licence").update(voided_at=timezone.now(), voided_reason="withdrawn")
    with refused("lacks the sign-off of: licence"):
        Release.objects.filter(pk=review.release_id).update(state="listed", visibility="partnership")
    sign(review, "licence", make_reviewer("met", "licence"))
    Release.objects.filter(pk=review.release_id).update(state="held")
    Release.objects.filter(pk=review.release_id).update(digest="0" * 64)
    with refused("lacks the sign-off"):
        Release.objects.filter(pk=review.release_id).update(state="listed", visibility="partnership")


@pytest.mark.django_db
def test_a_sign_off_of_whoever_had_a_hand_in_it_since_does_not_count() -> None:
    review = signed(make_review())
    by = SignOff.objects.get(review=review, role="licence").user
    Contributor.objects.create(release=review.release, user=by)
    with refused("lacks the sign-off of: licence"):
        Release.objects.filter(pk=review.release_id).update(state="listed", visibility="partnership")


@pytest.mark.django_db
def test_a_technical_sign_off_of_what_became_ones_own_does_not_count() -> None:
    review = signed(make_review())
    review.release.module.organisation = make_organisation("reviewing-force")
    review.release.module.save(update_fields=["organisation"])
    with refused("lacks the sign-off of: business_owner, technical"):
        Release.objects.filter(pk=review.release_id).update(state="listed", visibility="partnership")
    with pytest.raises(Conflict) as error:
        list_release(review=fresh(review), by=make_reviewer("met"))
    assert error.value.code == "sign_offs_missing"


@pytest.mark.django_db
def test_what_was_refused_stays_refused() -> None:
    review = make_review()
    refuse_release(review=review, text="No.", by=make_reviewer("met"))
    for state in ("draft", "in_review", "held", "listed"):
        with refused("pgtrigger"):
            Release.objects.filter(pk=review.release_id).update(state=state, visibility="own")


# --- Signing --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_who_made_it_cannot_sign() -> None:
    author = make_viewer("hampshire")
    review = make_review(by=author)
    Membership.objects.create(user=author.user, organisation=make_organisation("met"), role=Role.REVIEWER, signs=ROLES)
    for role in ROLES:
        with refused("the signer contributed"):
            put_sign_off(review, author, role, organisation=make_organisation("met"))


@pytest.mark.django_db
def test_who_made_the_token_that_made_it_cannot_sign() -> None:
    maker = make_viewer("hampshire")
    token, _ = issue_token(organisation=maker.organisation, name="Robot", scopes=["publish"], days=9, by=maker)
    review = make_review(by=viewer_of_token(token))
    assert review.release.created_by_id is None
    Membership.objects.create(user=maker.user, organisation=make_organisation("met"), role=Role.REVIEWER, signs=ROLES)
    with refused("the signer contributed"):
        put_sign_off(review, maker, organisation=make_organisation("met"))
    with refused("pgtrigger"):  # nor is the token exchanged for another
        other = ApiToken.objects.create(organisation=maker.organisation, digest="x", scopes=[], expires_at=timezone.now())
        Release.objects.filter(pk=review.release_id).update(created_with=other)


@pytest.mark.django_db
def test_who_had_a_hand_in_it_cannot_sign() -> None:
    review, by = make_review(), make_reviewer("met", *ROLES)
    Contributor.objects.create(release=review.release, user=by.user)
    with refused("the signer contributed"):
        put_sign_off(review, by)


@pytest.mark.django_db
def test_nobody_signs_two_roles_and_no_role_is_signed_twice() -> None:
    review, by = make_review(), make_reviewer("met", *ROLES)
    put_sign_off(review, by, "technical")
    with refused("one_role_a_person"):
        put_sign_off(review, by, "licence")
    with refused("one_sign_off_a_role"):
        put_sign_off(review, make_reviewer("wiltshire", *ROLES), "technical")


@pytest.mark.django_db
def test_for_partners_the_technical_sign_off_comes_from_elsewhere() -> None:
    review, own = make_review(), make_reviewer("hampshire", *ROLES)
    with refused("the signer is of the publisher"):
        put_sign_off(review, own)
    with refused("does not sign so there"):  # nor in another's name
        put_sign_off(review, own, organisation=make_organisation("met"))
    Membership.objects.create(user=own.user, organisation=make_organisation("met"), role=Role.REVIEWER, signs=ROLES)
    with refused("the signer is of the publisher"):  # whoever belongs to both is no outsider
        put_sign_off(review, own, organisation=make_organisation("met"))
    with refused("the signer is not of the publisher"):
        put_sign_off(review, make_reviewer("met", *ROLES), "business_owner")


@pytest.mark.django_db
def test_who_does_not_sign_for_a_role_cannot() -> None:
    review = make_review()
    unfit = [make_reviewer("met", "licence"), viewer_of(make_member("met", Role.PUBLISHER)), viewer_of(make_member("met", Role.VIEWER))]
    Membership.objects.filter(user__in=[by.user for by in unfit[1:]]).update(signs=ROLES)
    for by in unfit:
        with refused("does not sign so there"):
            put_sign_off(review, by)


@pytest.mark.django_db
def test_a_sign_off_is_of_what_the_review_judges() -> None:
    review, by = make_review(), make_reviewer("met", *ROLES)
    for other in ({"digest": "0" * 64}, {"visibility": "named"}, {"marking": "OFFICIAL-SENSITIVE"}):
        with refused("other bytes or another visibility"):
            put_sign_off(review, by, **other)
    Review.objects.filter(pk=review.pk).update(digest="0" * 64)  # and the review of what the release holds
    with refused("other bytes or another visibility"):
        put_sign_off(review, by, digest="0" * 64)


@pytest.mark.django_db
def test_nothing_is_signed_while_it_is_held_or_ended() -> None:
    review, by = make_review(), make_reviewer("met", *ROLES)
    hold_release(review=review, text="Wait.", by=by)
    with refused("not open for signing"):
        put_sign_off(review, by)
    refuse_release(review=fresh(review), text="No.", by=by)
    with refused("not open for signing"):
        put_sign_off(review, by)


# --- What stays -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_sign_off_is_never_changed_nor_taken_out_nor_made_valid_again() -> None:
    review = signed(make_review(), "technical")
    one = SignOff.objects.filter(review=review)
    other = reviewer_for(review, "licence")
    for change in ({"role": "licence"}, {"user": other.user}, {"digest": "0" * 64}, {"visibility": "own"}, {"comment": "Fine."}):
        with refused("pgtrigger"):
            one.update(**change)
    with refused("pgtrigger"):
        one.delete()
    one.update(voided_at=timezone.now(), voided_reason="withdrawn")
    with refused("pgtrigger"):
        one.update(voided_at=None)
    with refused("pgtrigger"):
        one.update(voided_reason="")


def kept_rows() -> list[Model]:
    review = signed(make_review(), "technical")
    finding = Finding.objects.create(
        release=review.release, digest=review.digest, fingerprint="f" * 64, code="x", severity="note", title="x"
    )
    by = reviewer_for(review, "licence")
    answer = FindingAnswer.objects.create(
        module=review.release.module, finding=finding, fingerprint="f" * 64, verdict="false", reason="x", answered_by=by.user,
        organisation=by.organisation,
    )  # fmt: skip
    module = make_module("hampshire/letters", visibility="own")
    wish = ask_widening(module=module, visibility="partnership", reason="Good.", by=make_viewer("hampshire"))
    return [review, review.release, ReviewEntry.objects.filter(review=review)[0], Contributor.objects.all()[0], answer, wish]


@pytest.mark.django_db
def test_nothing_of_a_review_is_deleted() -> None:
    for row in kept_rows():
        with refused("Cannot (update or )?delete"):
            run(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


@pytest.mark.django_db
def test_nothing_that_was_said_is_rewritten() -> None:
    review, _, entry, hand, answer, wish = kept_rows()
    other = make_user()
    changes: list[tuple[Model, dict[str, object]]] = [
        (review, {"kind": "widening"}),
        (entry, {"text": "Fine."}),
        (entry, {"user": other}),
        (hand, {"user": other}),
        (answer, {"verdict": "accepted"}),
        (answer, {"answered_by": other}),
        (wish, {"requested_by": other}),
        (wish, {"visibility": "named"}),
    ]
    for row, change in changes:
        with refused("pgtrigger"):
            type(row)._default_manager.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
def test_a_review_that_ended_is_not_taken_up_again() -> None:
    review = signed(make_review())
    list_release(review=review, by=make_lister(review))
    for change in ({"state": "in_review", "closed_at": None}, {"digest": "0" * 64}, {"visibility": "own"}):
        with refused("Cannot update"):
            Review.objects.filter(pk=review.pk).update(**change)


@pytest.mark.django_db
def test_no_two_reviews_of_a_release_are_open() -> None:
    review = make_review()
    with refused("one_open_review_each"):
        Review.objects.create(
            release=review.release, kind="new", visibility="own", marking="OFFICIAL", digest=review.digest, due_at=timezone.now()
        )


@pytest.mark.django_db
def test_what_was_listed_keeps_its_bytes() -> None:
    release = make_release("hampshire/victim-update")
    for change in ({"digest": "0" * 64}, {"inspection": {}}, {"licence": "EUPL-1.2"}, {"listed_at": None}, {"created_by": make_user()}):
        with refused("pgtrigger"):
            Release.objects.filter(pk=release.pk).update(**change)
    for sql in ("DELETE FROM registry_artefact WHERE release_id = %s", "UPDATE registry_artefact SET sha256 = 'x' WHERE release_id = %s"):
        with refused("pgtrigger"):
            run(sql, release.pk)
    Release.objects.filter(pk=release.pk).update(state="draft")  # not by a detour either
    with refused("pgtrigger"):
        Artefact.objects.filter(release=release).delete()
    with refused("pgtrigger"):
        Release.objects.filter(pk=release.pk).update(digest="0" * 64)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["checking", "in_review"])
def test_what_is_judged_keeps_its_bytes(state: str) -> None:
    release = make_release("hampshire/victim-update", checked=False) if state == "checking" else make_review().release
    with refused("pgtrigger"):
        Release.objects.filter(pk=release.pk).update(digest="0" * 64)
    with refused("pgtrigger"):
        Artefact.objects.filter(release=release).delete()


@pytest.mark.django_db
def test_who_made_it_answers_no_finding() -> None:
    author = make_viewer("hampshire")
    review = make_review(by=author)
    finding = Finding.objects.create(
        release=review.release, digest=review.digest, fingerprint="f" * 64, code="x", severity="stop", title="x"
    )
    row = {"module": review.release.module, "finding": finding, "fingerprint": "f" * 64, "verdict": "false"}
    with refused("answers no finding"):
        FindingAnswer.objects.create(**row, reason="x", answered_by=author.user, organisation=author.organisation)
    other = make_reviewer("met")
    with refused("answered_with_a_reason"):
        FindingAnswer.objects.create(**row, reason="", answered_by=other.user, organisation=other.organisation)


@pytest.mark.django_db
def test_who_asked_that_more_may_see_it_does_not_agree() -> None:
    module, by = make_module("hampshire/letters", visibility="own"), make_viewer("hampshire")
    wish = ask_widening(module=module, visibility="partnership", reason="Good.", by=by)
    with refused("widened_by_two"):
        Widening.objects.filter(pk=wish.pk).update(outcome="agreed", decided_by=by.user, decided_at=timezone.now())
    with refused("one_open_widening_each"):
        Widening.objects.create(module=module, visibility="named", marking="OFFICIAL", reason="Again.", requested_by=by.user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "model", [Review, SignOff, ReviewEntry, Contributor, FindingAnswer, Widening, Release, Artefact], ids=lambda model: model.__name__
)
def test_no_table_is_emptied_at_a_stroke(model: type[Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_not_truncated%%'", [table])
        (trigger,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")  # the tests' own cleaning has it disabled
        try:
            with refused("Cannot truncate"):
                run(f"TRUNCATE {table} CASCADE")
        finally:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


# --- At once --------------------------------------------------------------------------------------------------------------
def tick_all(review: Review, role: str, by: Viewer) -> None:
    for item in ChecklistItem.objects.filter(role=role):
        ChecklistAnswer.objects.create(review=review, item=item, digest=review.digest, user=by.user)


def codes(results: list[object]) -> list[str]:
    assert all(isinstance(each, RegistryError) or not isinstance(each, Exception) for each in results), results
    return sorted(each.code if isinstance(each, RegistryError) else "" for each in results)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_sign_the_same_role_at_once_one_has_signed() -> None:
    review, people = make_review(), [make_reviewer(f"force-{number}", *ROLES) for number in range(4)]
    tick_all(review, "technical", people[0])
    results = race(4, lambda number: sign_off(review=fresh(review), role="technical", digest=review.digest, by=people[number]))
    assert codes(results) == ["", "signed_already", "signed_already", "signed_already"]
    assert SignOff.objects.filter(review=review, voided_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_who_signs_all_roles_at_once_has_signed_one() -> None:
    review, by = make_review(), make_reviewer("met", *ROLES)
    roles = ["technical", "information_assurance", "licence"]
    for role in roles:
        tick_all(review, role, by)
    results = race(3, lambda number: sign_off(review=fresh(review), role=roles[number], digest=review.digest, by=by))
    assert codes(results) == ["", "signed_another_role", "signed_another_role"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_signed_while_the_files_are_replaced_it_is_never_of_other_files(attempt: int) -> None:
    review = make_review()
    by, author = make_reviewer("met", *ROLES), make_viewer("hampshire")
    tick_all(review, "technical", by)
    hold_release(review=review, text="Wait.", by=make_reviewer("wiltshire"))

    def work(number: int) -> object:
        if number == 0:
            with spooled([bpmn(f"Mended {attempt}")], "process.bpmn") as upload:
                release = replace_artefacts(release=fresh(review).release, uploads=[upload], by=author)
            check_release(release.pk)
            return release
        return [attempted(number) for _ in range(40)]

    def attempted(number: int) -> str:
        try:
            sign_off(review=fresh(review), role="technical", digest=review.digest, by=by)
        except RegistryError as error:
            return error.code
        return ""

    results = race(3, work)
    assert not [each for each in results if isinstance(each, Exception)], results
    now = fresh(review)
    assert now.digest == now.release.digest != review.digest
    assert not SignOff.objects.filter(review=review, voided_at=None).exists()
    with pytest.raises(Conflict) as error:
        sign_off(review=now, role="technical", digest=review.digest, by=by)
    assert error.value.code == "bytes_changed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_listed_while_a_sign_off_is_taken_back_one_of_the_two_happens(attempt: int) -> None:
    review = signed(make_review())
    signer, lister = reviewer_for(review, "licence"), make_lister(review)

    def work(number: int) -> object:
        if number == attempt % 2:
            return list_release(review=fresh(review), by=lister)
        return withdraw_sign_off(review=fresh(review), role="licence", text="I was wrong.", by=signer)

    found = codes(race(2, work))
    now, valid = fresh(review), SignOff.objects.filter(review=review, voided_at=None).count()
    assert (now.release.state, valid, found) in [("listed", 4, ["", "wrong_state"]), ("in_review", 3, ["", "sign_offs_missing"])]
