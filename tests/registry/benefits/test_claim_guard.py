"""What the database itself refuses of claims, whatever code asks it, and what happens when two people act at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Organisation, Role
from accounts.viewer import viewer_of
from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.share_claim import decline_share
from registry.actions.write_claim import change_claim
from registry.benefits.claim_form import form_of
from registry.benefits.models import Baseline, Claim, ClaimEntry, ClaimShare, Evidence, ExchangeRate
from registry.errors import Conflict, RegistryError
from tests.make import make_baseline, make_claim, make_evidence, make_member, make_module, make_reviewer, make_steward, make_viewer
from tests.race import race

pytestmark = pytest.mark.django_db
KENT = "kent"


@contextlib.contextmanager
def refused(words: str = "") -> Iterator[None]:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def approve(claim: Claim, by: object, **more: object) -> None:
    """Goes round every action."""
    said = {"state": "approved", "decided_at": timezone.now(), "decided_by": by, "submitted_at": timezone.now(), **more}
    Claim.objects.filter(pk=claim.pk).update(**said)


def kent() -> Organisation:
    user = make_reviewer(KENT)
    assert user.organisation is not None
    return user.organisation


def test_no_writer_approves_and_nothing_is_approved_without_evidence_or_by_its_own_organisation() -> None:
    module = make_module("hampshire/filing")
    claim, other = make_claim("hampshire", module, state="submitted"), make_member(KENT, Role.REVIEWER)
    with refused("without evidence"):
        approve(claim, other, decided_for=kent())
    make_evidence(claim)
    writers = list(claim.writers.all())
    assert len(writers) == 2  # who wrote it, and who added evidence
    for writer in writers:
        with refused("does not approve it"):
            approve(claim, writer, decided_for=kent())
    with refused("claim_decided_by_another_body"):
        approve(claim, other, decided_for=claim.organisation)
    with refused("claim_approved_by_somebody"):
        approve(claim, other)
    approve(claim, other, decided_for=kent())
    with refused("does not approve it"):  # nor afterwards, by changing who is said to have
        Claim.objects.filter(pk=claim.pk).update(decided_by=writers[0])


def test_claims_evidence_baselines_logs_and_rates_are_kept() -> None:
    module = make_module("hampshire/filing")
    claim = make_claim("hampshire", module)
    make_baseline(module)
    ExchangeRate.objects.create(base="GBP", quote="DKK", rate=8, on="2024-03-28", source="A bank", recorded_by=make_member(KENT))
    for model in (Claim, Evidence, Baseline, ClaimEntry, ExchangeRate):
        with refused("Cannot delete|Cannot update or delete"):
            model.objects.all()._raw_delete("default")
    for model, change in ((Evidence, {"caption": "Other"}), (Baseline, {"minutes_per_item": 1}), (ExchangeRate, {"rate": 1})):
        with refused("Cannot update"):
            model.objects.update(**change)
    with refused("claim_share_is_a_part"):
        ClaimShare.objects.create(claim=claim, organisation=claim.organisation, share=Decimal(2))


# --- At once --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_one_decides() -> None:
    module = make_module("hampshire/filing")
    claim = make_claim("hampshire", module, state="submitted", fte=Decimal(5))
    make_evidence(claim)
    people = [make_reviewer(KENT), make_reviewer("essex")]
    done = race(2, lambda number: decide_claim(claim=claim, decision=Decision.APPROVE, by=people[number]))
    lost = [each for each in done if isinstance(each, Exception)]
    assert [type(each) for each in lost] == [Conflict]
    assert isinstance(lost[0], RegistryError)
    assert lost[0].code == "wrong_state"
    assert ClaimEntry.objects.filter(claim=claim, what="approved").count() == 1
    module.refresh_from_db()
    assert module.verified_fte == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_what_is_changed_while_it_is_approved_is_never_approved_unread(round_: int) -> None:
    """Whichever comes first: the figures that stand approved are those that were read."""
    module = make_module("hampshire/filing")
    claim = make_claim("hampshire", module, state="submitted", fte=Decimal(5))
    make_evidence(claim)
    owner, steward = make_viewer("hampshire"), make_steward()
    seen = ClaimEntry.objects.filter(claim=claim).order_by("-pk")[0].pk

    def act(number: int) -> object:
        if number:
            return change_claim(claim=claim, form=replace(form_of(claim), fte=Decimal(500)), by=owner)
        return decide_claim(claim=claim, decision=Decision.APPROVE, seen=seen, by=steward)

    done = race(2, act)
    claim.refresh_from_db()
    assert not isinstance(done[1], Exception)
    assert (claim.state, claim.fte) == ("draft", 500)  # the change voids the approval, or comes before it
    # Whoever comes after the change finds a draft, which nobody outside sees.
    late = ("wrong_state", "claim_changed", "not_found")
    assert not isinstance(done[0], Exception) or (isinstance(done[0], RegistryError) and done[0].code in late)
    module.refresh_from_db()
    assert module.verified_fte == 0


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_a_module_approved_at_once_both_count() -> None:
    module = make_module("hampshire/filing")
    claims = [make_claim("hampshire", module, state="submitted", fte=Decimal(5)) for _ in range(2)]
    for claim in claims:
        make_evidence(claim)
    people = [make_reviewer(KENT), make_reviewer("essex")]
    done = race(2, lambda number: decide_claim(claim=claims[number], decision=Decision.APPROVE, by=people[number]))
    assert not [each for each in done if isinstance(each, Exception)]
    module.refresh_from_db()
    assert module.verified_fte == 10


@pytest.mark.django_db(transaction=True)
def test_a_sharer_leaves_while_it_is_approved() -> None:
    """The parts still sum to one, and nothing stands approved that one of them took no part in."""
    make_member("thames-valley")
    make_member("wiltshire")
    module = make_module("hampshire/filing")
    shares = {"hampshire": "0.4", "thames-valley": "0.3", "wiltshire": "0.3"}
    claim = make_claim("hampshire", module, state="submitted", shares=shares)
    make_evidence(claim)
    reviewer = make_reviewer(KENT)
    leaving = {slug: viewer_of(make_member(slug)) for slug in ("thames-valley", "wiltshire")}

    def act(number: int) -> object:
        if not number:
            return decide_claim(claim=claim, decision=Decision.APPROVE, by=reviewer)
        by = leaving["thames-valley" if number == 1 else "wiltshire"]
        assert by.organisation is not None
        return decline_share(claim=claim, organisation=by.organisation, reason="Not ours.", by=by)

    done = race(3, act)
    assert not [each for each in done[1:] if isinstance(each, Exception)]
    claim.refresh_from_db()
    assert claim.state == "draft"
    assert not claim.shares.exists()
