"""Asking for what is kept to some: asked, answered, ended by itself, taken back; and nothing is told to who may not know."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, Organisation, Role
from accounts.viewer import Viewer, viewer_of
from registry.actions.ask_access import ask_access, withdraw_request
from registry.actions.decide_access import decide_access, revoke_access
from registry.actions.list_public_part import list_public_part
from registry.actions.update_module import update_module
from registry.catalogue.models import Module, ModuleShare
from registry.errors import Conflict, Missing, NotAllowed, RateLimited, Refused, RegistryError
from registry.governance.models import AccessRequest
from registry.index import governance as index
from registry.index import read
from registry.releases.gates import ReleaseForm
from tests.make import make_member, make_organisation, make_release, make_viewer

pytestmark = pytest.mark.django_db
MODULE = ("hampshire", "custody-markers")


@pytest.fixture
def by() -> Viewer:
    return make_viewer("hampshire")


@pytest.fixture
def module(by: Viewer) -> Module:
    """Shared with Wiltshire by name; others may ask."""
    make_organisation("wiltshire")
    made = make_release("/".join(MODULE), visibility="named", share_with=("wiltshire",), by=by).module
    return list_public_part(module=made, listed=True, by=by)


def in_days(days: int) -> object:
    return timezone.localdate() + timedelta(days=days)


def ask(module: Module, viewer: Viewer, days: int = 30) -> AccessRequest:
    found, _ = index.on_request_module(viewer, *MODULE)
    return ask_access(module=found, reason="We do the same.", purpose="A pilot.", until=in_days(days), by=viewer)  # type: ignore[arg-type]


def sees(viewer: Viewer) -> bool:
    try:
        read.module_detail(viewer, *MODULE)
        read.artefact(viewer, *MODULE, "1.0.0", "process.bpmn")
    except Missing:
        return False
    return True


class TestPublicPart:
    def test_until_it_is_listed_there_is_nothing_to_ask_for(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        assert [entry.id for entry in index.on_request(met)] == ["hampshire/custody-markers"]
        list_public_part(module=module, listed=False, by=by)
        assert index.on_request(met) == ()
        with pytest.raises(Missing):
            index.on_request_module(met, *MODULE)

    def test_it_is_no_secret_to_who_sees_it_and_so_not_on_request(self, module: Module) -> None:
        for slug, role in (("hampshire", Role.VIEWER), ("wiltshire", Role.VIEWER), ("moothall", Role.STEWARD), ("moothall", Role.AUDITOR)):
            make_organisation("moothall", kind=Organisation.Kind.PARTNERSHIP)
            assert index.on_request(make_viewer(slug, role)) == ()

    def test_title_and_summary_are_searched_and_nothing_else(self, module: Module, by: Viewer) -> None:
        update_module(module=module, form=ReleaseForm(readme="Zebra.", handling="Xylophone."), by=by)
        met = make_viewer("met")
        assert index.on_request(met, ["custod"])
        assert index.on_request(met, ["sends", "victims"])
        for word in ("zebra", "xylophone", "mit", "wiltshire", "process", "tell"):
            assert index.on_request(met, [word]) == ()

    @pytest.mark.parametrize("visibility", ["own", "partnership"])
    def test_only_what_is_kept_to_some_can_be(self, visibility: str, by: Viewer) -> None:
        made = make_release("hampshire/other", visibility=visibility, by=by).module
        with pytest.raises(Conflict) as refused:
            list_public_part(module=made, listed=True, by=by)
        assert refused.value.code == "not_restricted"

    def test_narrowed_to_its_own_it_is_on_request_no_more(self, module: Module, by: Viewer) -> None:
        update_module(module=module, form=ReleaseForm(visibility="own"), by=by)
        assert index.on_request(make_viewer("met")) == ()


class TestAsking:
    def test_asked_given_and_ended_by_itself_at_that_second(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        request = ask(module, met)
        assert not sees(met)
        given = decide_access(request=request, approve=True, until=in_days(10), by=by)  # type: ignore[arg-type]
        assert sees(met)
        assert given.expires_at is not None
        with time_machine.travel(given.expires_at - timedelta(seconds=1), tick=False):
            assert sees(met)
        with time_machine.travel(given.expires_at, tick=False):
            assert not sees(met)
            assert given.state_now == "expired"
            assert [entry.slug for entry in index.on_request(met)] == ["custody-markers"]
        events = AuditEvent.objects.filter(action__startswith="access.").order_by("pk").values_list("action", "organisation__slug")
        assert list(events) == [("access.asked", "met"), ("access.approved", "hampshire")]

    def test_taken_back_it_ends_at_once(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        request = decide_access(request=ask(module, met), approve=True, until=in_days(10), by=by)  # type: ignore[arg-type]
        revoke_access(request=request, text="The pilot is over.", by=by)
        assert not sees(met)
        with pytest.raises(Conflict):
            revoke_access(request=request, text="Again.", by=by)

    def test_what_its_publisher_named_without_an_end_stays(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        request = ask(module, met)
        update_module(module=module, form=ReleaseForm(share_with=("wiltshire",)), by=by)
        ModuleShare.objects.create(module=module, organisation=make_organisation("met"))
        decide_access(request=request, approve=True, until=in_days(1), by=by)  # type: ignore[arg-type]
        with time_machine.travel(timezone.now() + timedelta(days=5)):
            assert sees(met)

    def test_other_names_given_later_leave_it(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        decide_access(request=ask(module, met), approve=True, until=in_days(10), by=by)  # type: ignore[arg-type]
        update_module(module=module, form=ReleaseForm(visibility="named", share_with=("wiltshire",)), by=by)
        assert sees(met)

    def test_to_name_it_for_good_still_needs_a_second_person(self, module: Module, by: Viewer) -> None:
        decide_access(request=ask(module, make_viewer("met")), approve=True, until=in_days(10), by=by)  # type: ignore[arg-type]
        with pytest.raises(Conflict) as refused:
            update_module(module=module, form=ReleaseForm(share_with=("wiltshire", "met")), by=by)
        assert refused.value.code == "widening_needs_agreement"

    def test_declined_with_a_reason_that_who_asked_can_read(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        request = ask(module, met)
        with pytest.raises(Refused) as refused:
            decide_access(request=request, approve=False, by=by)
        assert refused.value.code == "words_missing"
        decide_access(request=request, approve=False, text="Not ready to share.", by=by)
        assert not sees(met)
        assert index.access_request(met, request.pk).decision == "Not ready to share."
        with pytest.raises(Conflict):
            decide_access(request=request, approve=True, until=in_days(3), by=by)  # type: ignore[arg-type]

    def test_once_open_it_is_not_asked_again_and_soon_not_at_all(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met")
        withdraw_request(request=ask(module, met), by=met)
        request = ask(module, met)
        with pytest.raises(Conflict) as refused:
            ask(module, met)
        assert refused.value.code == "asked_already"
        withdraw_request(request=request, by=met)
        with pytest.raises(RateLimited):
            ask(module, met)

    @pytest.mark.parametrize("days", [0, -1, 400])
    def test_it_is_for_a_time_within_a_year(self, module: Module, by: Viewer, days: int) -> None:
        met = make_viewer("met")
        with pytest.raises(Refused) as refused:
            ask(module, met, days)
        assert refused.value.code == "until_invalid"
        request = ask(module, met)
        with pytest.raises(Refused):
            decide_access(request=request, approve=True, until=in_days(days), by=by)  # type: ignore[arg-type]
        with pytest.raises(Refused):
            decide_access(request=request, approve=True, by=by)

    def test_who_decides(self, module: Module, by: Viewer) -> None:
        met = make_viewer("met", Role.ADMINISTRATOR)
        request = ask(module, met)
        both = make_member("hampshire", Role.ADMINISTRATOR, user=make_member("met", Role.VIEWER))
        for viewer in (met, make_viewer("wiltshire"), make_viewer("hampshire", Role.VIEWER), viewer_of(both)):
            with pytest.raises(NotAllowed):
                decide_access(request=request, approve=True, until=in_days(3), by=viewer)  # type: ignore[arg-type]
        decide_access(request=request, approve=True, until=in_days(3), by=make_viewer("hampshire", Role.ADMINISTRATOR))  # type: ignore[arg-type]

    def test_a_request_is_seen_by_the_two_sides_and_auditors(self, module: Module) -> None:
        met = make_viewer("met")
        request = ask(module, met)
        partnership = make_organisation("moothall", kind=Organisation.Kind.PARTNERSHIP)
        for viewer, may in ((met, True), (make_viewer("hampshire"), True), (make_viewer(partnership, Role.AUDITOR), True)):
            assert (index.access_request(viewer, request.pk) == request) is may
        for viewer in (make_viewer("wiltshire"), make_viewer(partnership, Role.STEWARD)):
            with pytest.raises(RegistryError):
                index.access_request(viewer, request.pk)
