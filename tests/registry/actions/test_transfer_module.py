"""A module passes on when both sides agree, by two people; its old identifier leads to it and names nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Membership, Organisation, Role
from accounts.viewer import Viewer, viewer_of, viewer_of_token
from registry.actions.recall_releases import recall_releases
from registry.actions.transfer_module import agree_transfer, ask_adoption, end_transfer, offer_transfer, waiting_for
from registry.catalogue.models import Module
from registry.errors import Conflict, Missing, Moved, NotAllowed, Refused
from registry.index import read
from registry.lifecycle.models import FormerIdentifier, Transfer
from registry.releases.models import Artefact, StoredBytes
from tests.make import make_adoption, make_member, make_organisation, make_release, make_token, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
WHY = "They run it now."


@pytest.fixture
def module() -> Module:
    make_organisation("kent")
    return make_release("hampshire/victim-update", visibility="named", share_with=("kent",)).module


def kent(role: str = Role.ADMINISTRATOR) -> Viewer:
    return make_viewer("kent", role)


def steward() -> Viewer:
    return make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD)


def offered(module: Module) -> Transfer:
    return offer_transfer(module=module, receiver="kent", reason=WHY, by=make_viewer("hampshire"))


def passed(module: Module) -> Module:
    agree_transfer(transfer=offered(module), by=kent())
    module.refresh_from_db()
    return module


def test_with_the_second_consent_it_is_theirs(module: Module) -> None:
    size = sum(Artefact.objects.values_list("size", flat=True))
    case = offered(module)
    assert waiting_for(case) == ["receiver"]
    by = kent()
    agree_transfer(transfer=case, by=by)
    module.refresh_from_db()
    assert (module.identifier, module.organisation.slug, module.owner_confirmed_by) == ("kent/victim-update", "kent", by.user)
    assert dict(StoredBytes.objects.values_list("organisation__slug", "total")) == {"hampshire": 0, "kent": size}
    assert not module.shares.filter(organisation__slug="kent").exists()
    assert AuditEvent.objects.filter(action="module.transferred").count() == 2


def test_the_old_identifier_leads_there_for_who_sees_it_alone(module: Module) -> None:
    partner = make_viewer("wiltshire")
    make_release("hampshire/victim-update", "1.1.0", visibility="named")
    module.shares.create(organisation=partner.organisation)
    passed(module)
    with pytest.raises(Moved) as moved:
        read.module_detail(partner, "hampshire", "victim-update")
    assert (moved.value.identifier, moved.value.address("/modules/hampshire/victim-update/1.0.0")) == (
        "kent/victim-update",
        "/modules/kent/victim-update/1.0.0",
    )
    with pytest.raises(Missing):
        read.module_detail(make_viewer("essex"), "hampshire", "victim-update")
    with pytest.raises(Missing):
        read.module_detail(make_viewer("hampshire"), "hampshire", "victim-update")  # shared with others by name, and theirs no more


def test_the_old_name_is_given_to_nothing_else(module: Module) -> None:
    passed(module)
    with unchanged(), pytest.raises(Conflict) as refusal:
        make_release("hampshire/victim-update")
    assert refusal.value.code == "name_taken_for_ever"
    with pytest.raises(Conflict) as refusal:  # nor does it come back by itself
        offer_transfer(module=module, receiver="hampshire", reason=WHY, by=kent())
    assert refusal.value.code == "name_taken_for_ever"


def test_what_needs_it_by_its_old_name_still_does(module: Module) -> None:
    module = make_release("hampshire/shared").module
    outer = make_release("wiltshire/letters", dependencies=("hampshire/shared@^1",))
    passed(module)
    entry = read.release_detail(make_viewer("wiltshire"), "wiltshire", "letters", "1.0.0")[1].dependencies[0]
    assert (entry.status, entry.held_by) == ("registry", "kent/shared")
    assert read.module_detail(kent(), "kent", "shared").used_by == ("wiltshire/letters",)
    make_adoption(outer, "essex")
    made = recall_releases(module=module, versions="1.x", severity="low", reason="Broken.", by=kent())
    assert [notice.organisation.slug for notice in made.notices.all()] == ["essex"]


def test_rights_end_with_it(module: Module) -> None:
    bound = [
        make_token("hampshire", modules=("victim-update",)),
        make_token("hampshire", modules=("other", "victim-update")),
        make_token("hampshire"),
    ]
    assert len(bound) == 3
    tokens = list(ApiToken.objects.order_by("pk"))
    publisher = make_viewer("hampshire")
    passed(module)
    for token in tokens:
        token.refresh_from_db()
    assert [token.revoked_at is not None for token in tokens] == [True, False, False]
    assert tokens[1].modules == ["other"]
    for by in (publisher, viewer_of_token(tokens[2])):
        with pytest.raises(NotAllowed):
            make_release("kent/victim-update", "2.0.0", by=by)
    assert Module.objects.get().visibility == "own", "it was shared by name with nobody but its receiver"
    make_release("kent/victim-update", "2.0.0", by=kent(), visibility="")


def test_nobody_agrees_for_both_sides(module: Module) -> None:
    user = make_member("hampshire", Role.ADMINISTRATOR)
    make_member("kent", Role.ADMINISTRATOR, user=user)
    case = offer_transfer(module=module, receiver="kent", reason=WHY, by=viewer_of(user))
    with unchanged(), pytest.raises(NotAllowed) as refusal:
        agree_transfer(transfer=case, by=viewer_of(user))
    assert refusal.value.code == "second_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=case.pk).update(receiver_agreed_by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=case.pk).update(outcome="done")


@pytest.mark.parametrize(
    ("slug", "role"), [("kent", Role.PUBLISHER), ("kent", Role.VIEWER), ("essex", Role.ADMINISTRATOR), ("hampshire", Role.PUBLISHER)]
)
def test_only_an_administrator_of_the_receiver_accepts(module: Module, slug: str, role: str) -> None:
    case, by = offered(module), make_viewer(slug, role)
    with unchanged(), pytest.raises(NotAllowed):
        agree_transfer(transfer=case, by=by)


def test_who_does_not_publish_it_offers_nothing(module: Module) -> None:
    for by in (make_viewer("hampshire", Role.VIEWER), kent(), steward(), viewer_of_token(_token("hampshire"))):
        with unchanged(), pytest.raises(NotAllowed):
            offer_transfer(module=module, receiver="kent", reason=WHY, by=by)


def _token(slug: str) -> ApiToken:
    make_token(slug)
    return ApiToken.objects.select_related("organisation").latest("pk")


def test_an_offer_is_taken_back_or_declined_and_then_over(module: Module) -> None:
    for by, outcome in ((make_viewer("hampshire"), "withdrawn"), (kent(), "declined")):
        case = offered(module)
        with pytest.raises(Conflict) as refusal:
            offered(module)
        assert refusal.value.code == "transfer_open"
        with unchanged(), pytest.raises(NotAllowed):
            end_transfer(transfer=case, reason="No.", by=make_viewer("essex", Role.ADMINISTRATOR))
        assert end_transfer(transfer=case, reason="No.", by=by).outcome == outcome
        with pytest.raises(Conflict) as refusal:
            agree_transfer(transfer=case, by=kent())
        assert refusal.value.code == "transfer_ended"


def test_a_name_taken_there_and_an_open_review_stand_against_it(module: Module) -> None:
    make_release("kent/victim-update", by=kent())
    with pytest.raises(Conflict) as refusal:
        offered(module)
    assert refusal.value.code == "name_taken"
    make_organisation("essex")
    draft = make_release("hampshire/victim-update", "2.0.0", visibility="named", checked=False)
    from registry.actions.check_release import check_release

    check_release(draft.pk)
    with pytest.raises(Conflict) as refusal:
        offer_transfer(module=module, receiver="essex", reason=WHY, by=make_viewer("hampshire"))
    assert refusal.value.code == "review_open"


@pytest.mark.parametrize(("receiver", "code"), [("nobody", "organisation_unknown"), ("moothall", "organisation_unknown")])
def test_it_passes_to_an_organisation_that_publishes(module: Module, receiver: str, code: str) -> None:
    make_organisation("moothall", kind="partnership")
    with unchanged(), pytest.raises(Refused) as refusal:
        offer_transfer(module=module, receiver=receiver, reason=WHY, by=make_viewer("hampshire"))
    assert refusal.value.code == code


# --- Adoption -------------------------------------------------------------------------------------------------------------
def orphaned(module: Module) -> Module:
    Module.objects.update(needs_owner="needs-owner", review_by=timezone.now().date() - timedelta(days=70))
    module.refresh_from_db()
    return module


def test_an_orphan_whose_publisher_is_gone_needs_a_steward(module: Module) -> None:
    case = ask_adoption(module=orphaned(module), reason=WHY, by=kent())
    assert waiting_for(case) == ["steward", "owner"]
    Membership.objects.filter(organisation__slug="hampshire", role__in=("publisher", "administrator")).delete()
    assert waiting_for(case) == ["steward"]
    agree_transfer(transfer=case, by=steward())
    module.refresh_from_db()
    assert (module.identifier, module.needs_owner) == ("kent/victim-update", "")


def test_while_its_publisher_is_there_it_is_asked_too(module: Module) -> None:
    case = ask_adoption(module=orphaned(module), reason=WHY, by=kent())
    agree_transfer(transfer=case, by=steward())
    assert Module.objects.get(pk=module.pk).publisher == "hampshire"
    agree_transfer(transfer=case, by=make_viewer("hampshire"))
    assert Module.objects.get(pk=module.pk).publisher == "kent"


def test_what_somebody_looks_after_is_not_asked_for(module: Module) -> None:
    with unchanged(), pytest.raises(Conflict) as refusal:
        ask_adoption(module=module, reason=WHY, by=kent())
    assert refusal.value.code == "has_an_owner"
    orphaned(module)
    for by in (kent(Role.PUBLISHER), make_viewer("hampshire", Role.ADMINISTRATOR), steward()):
        with unchanged(), pytest.raises(NotAllowed):
            ask_adoption(module=module, reason=WHY, by=by)


def test_the_database_keeps_old_names_for_ever(module: Module) -> None:
    passed(module)
    assert FormerIdentifier.objects.get().module == module
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        FormerIdentifier.objects.all().delete()
    assert Organisation.objects.filter(slug="hampshire").exists()
