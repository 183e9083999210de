"""A module leaves service when each adopter has shown that nothing of it is left running, or a steward says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Role
from accounts.viewer import Viewer
from registry.actions.follow_up_retirements import follow_up_retirements
from registry.actions.record_download import record_download
from registry.actions.retire_module import close_retirement, start_retirement, tick_retirement_item
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.lifecycle.models import Retirement, RetirementItem
from registry.releases.models import Release
from registry.releases.upload import spooled
from tests.make import PICTURE, make_adoption, make_organisation, make_release, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
WHY = "The records system is replaced."


@pytest.fixture
def release() -> Release:
    release = make_release("hampshire/victim-update")
    make_adoption(release, "kent", "assessing", "kept")
    return release


def started(release: Release, **more: object) -> Retirement:
    given = {"ends_on": timezone.now().date() + timedelta(days=30), "reason": WHY, "by": make_viewer("hampshire"), **more}
    return start_retirement(module=release.module, **given)  # type: ignore[arg-type]


def tick(item: RetirementItem, by: Viewer, data: bytes = PICTURE) -> None:
    with spooled([data], "off.png") as upload:
        tick_retirement_item(item=item, upload=upload, note="Off.", by=by)


def test_every_adopter_has_a_checklist_and_the_module_goes_when_all_is_shown(release: Release) -> None:
    for slug, stage in (("dorset", "interested"), ("devon", "retired"), ("hampshire", "live")):
        make_adoption(release, slug, stage)
    record_download(release=release, by=make_viewer("essex"))
    case = started(release)
    assert set(case.items.values_list("organisation__slug", flat=True)) == {"kent"}
    assert case.items.count() == 4
    module = Module.objects.get(pk=release.module_id)
    assert (module.status, module.deprecated_reason) == ("deprecated", WHY)
    with pytest.raises(Conflict) as refusal:
        close_retirement(retirement=case, by=make_viewer("hampshire"))
    assert refusal.value.code == "items_open"
    for item in case.items.all():
        tick(item, make_viewer("kent"))
    close_retirement(retirement=case, by=make_viewer("hampshire"))
    partner = make_viewer("essex", Role.VIEWER)
    assert search(partner, SearchQuery()).count == 0
    assert read.home(partner).newest == ()
    assert search(partner, SearchQuery(status=("retired",))).count == 1
    assert read.module_detail(partner, "hampshire", "victim-update").entry.status == "retired"
    assert AuditEvent.objects.get(action="retirement.closed").detail["items_open"] == 0


def test_a_steward_closes_it_with_things_open_and_says_why(release: Release) -> None:
    case = started(release)
    with unchanged(), pytest.raises(NotAllowed):
        close_retirement(retirement=case, override_reason="Kent is silent.", by=make_viewer("hampshire"))
    steward = make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD)
    done = close_retirement(retirement=case, override_reason="Kent is silent.", by=steward)
    assert done.override_reason == "Kent is silent."
    event = AuditEvent.objects.get(action="retirement.closed")
    assert (event.detail["items_open"], event.detail["override"]) == (4, "Kent is silent.")


def test_who_comes_to_use_it_meanwhile_has_a_checklist_too(release: Release) -> None:
    case = started(release)
    make_adoption(release, "essex", "pilot")
    assert follow_up_retirements() == 1
    assert follow_up_retirements() == 0
    assert set(case.items.values_list("organisation__slug", flat=True)) == {"kent", "essex"}


def test_only_the_holder_ticks_and_shows_it(release: Release) -> None:
    item = started(release).items.first()
    assert item is not None
    for by in (make_viewer("kent", Role.VIEWER), make_viewer("hampshire"), make_viewer("essex")):
        with unchanged(), pytest.raises(NotAllowed):
            tick(item, by)
    with unchanged(), pytest.raises(Refused) as refusal:
        tick(item, make_viewer("kent"), data=b"\x00\x01\x02")
    assert refusal.value.code == "attachment_kind"
    tick(item, make_viewer("kent"))
    with pytest.raises(Conflict) as conflict:
        tick(item, make_viewer("kent"))
    assert conflict.value.code == "done_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        RetirementItem.objects.filter(done_at=None).update(done_at=timezone.now())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"ends_on": timezone.now().date() - timedelta(days=2)}, "date_past"),
        ({"successor": "a/b"}, "successor_unknown"),
    ],
)
def test_an_end_has_a_day_and_a_reason(release: Release, given: dict[str, object], code: str) -> None:
    by = make_viewer("hampshire")
    with unchanged(), pytest.raises(Refused) as refusal:
        started(release, by=by, **given)
    assert refusal.value.code == code


def test_it_begins_once_and_by_its_publisher(release: Release) -> None:
    with unchanged(), pytest.raises(NotAllowed):
        started(release, by=make_viewer("kent"))
    heir = make_release("hampshire/letters").module
    started(release, successor="hampshire/letters")
    assert Module.objects.get(pk=release.module_id).successor == heir
    with pytest.raises(Conflict) as refusal:
        started(release)
    assert refusal.value.code == "retiring_already"
