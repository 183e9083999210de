"""An advisory names what, how bad and which versions; those who lead the module write it, and its number tells nothing."""

from __future__ import annotations

import re

import pytest

from accounts.models import AuditEvent, Role
from registry.actions.publish_advisory import AdvisoryForm, amend_advisory, publish_advisory, withdraw_advisory
from registry.actions.record_download import record_download
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.index import read
from registry.lifecycle.affecting import affects
from registry.lifecycle.models import Advisory
from registry.notices.models import Notice
from tests.make import make_adoption, make_organisation, make_release, make_viewer
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.fixture
def module() -> Module:
    return make_release("hampshire/victim-update", "1.4.0").module


def form(**more: object) -> AdvisoryForm:
    given = {"summary": "Wrong case file", "details": "Two open.", "severity": "high", "ranges": ">=1.4.0 <1.5.0", **more}
    return AdvisoryForm(**given)  # type: ignore[arg-type]


def test_publishers_and_stewards_warn_and_nobody_else(module: Module) -> None:
    steward = make_viewer(make_organisation("moothall", kind="partnership"), Role.STEWARD)
    for by in (make_viewer("hampshire"), steward):
        assert re.fullmatch(r"MH-\d{4}-\d{4}", publish_advisory(module=module, form=form(), by=by).key)
    for by in (make_viewer("kent"), make_viewer("hampshire", Role.VIEWER)):
        with unchanged(), pytest.raises(NotAllowed):
            publish_advisory(module=module, form=form(), by=by)
    Module.objects.update(visibility="own")
    module.refresh_from_db()
    with pytest.raises(NotAllowed):
        publish_advisory(module=module, form=form(), by=steward)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"summary": " "}, "summary_missing"),
        ({"details": " "}, "details_missing"),
        ({"summary": "x" * 201}, "text_too_long"),
        ({"ranges": ""}, "versions_missing"),
        ({"ranges": "newest"}, "range_invalid"),
        ({"versions": ("one",)}, "version_invalid"),
        ({"severity": ""}, "severity_unknown"),
        ({"severity": "dire"}, "severity_unknown"),
        ({"cvss": "CVSS:3.1/AV:N"}, "cvss_invalid"),
        ({"aliases": ("not one",)}, "alias_invalid"),
        ({"credits": ("x" * 121,)}, "too_many_values"),
    ],
)
def test_what_it_lacks_is_said_and_where(module: Module, given: dict[str, object], code: str) -> None:
    by = make_viewer("hampshire")
    with unchanged(), pytest.raises(Refused) as refusal:
        publish_advisory(module=module, form=form(**given), by=by)
    assert refusal.value.code == code
    assert refusal.value.where in {"summary", "details", "ranges", "version", "severity", "cvss", "aliases", "credits"}


def test_the_severity_follows_from_a_vector(module: Module) -> None:
    made = publish_advisory(module=module, form=form(severity="", cvss=VECTOR), by=make_viewer("hampshire"))
    assert (made.severity, made.cvss) == ("critical", VECTOR)


def test_it_speaks_of_versions_in_its_range_and_those_it_names(module: Module) -> None:
    made = publish_advisory(module=module, form=form(versions=("1.2.0",)), by=make_viewer("hampshire"))
    assert [version for version in ("1.2.0", "1.3.9", "1.4.0", "1.4.9", "1.5.0", "1.4.1-rc.1") if affects(made, version)] == [
        "1.2.0",
        "1.4.0",
        "1.4.9",
        "1.4.1-rc.1",
    ]


def test_who_uses_an_affected_version_is_told(module: Module) -> None:
    other, old = module.releases.get(), make_release("hampshire/victim-update", "1.3.0")
    for release, slug in ((other, "kent"), (old, "essex")):
        make_adoption(release, slug)
    record_download(release=other, by=make_viewer("devon"))
    make_adoption(other, "dorset", "interested")
    made = publish_advisory(module=module, form=form(), by=make_viewer("hampshire"))
    told = Notice.objects.filter(kind="advisory")
    assert [(notice.organisation.slug, notice.address) for notice in told] == [("kent", f"/advisories/{made.key}")]


def test_it_is_amended_and_withdrawn_and_stays_readable(module: Module) -> None:
    by = make_viewer("hampshire")
    made = publish_advisory(module=module, form=form(), by=by)
    amended = amend_advisory(advisory=made, form=form(ranges="*"), by=by)
    assert (amended.ranges, amended.modified_at > made.published_at) == ("*", True)
    withdraw_advisory(advisory=made, reason="It was the driver.", by=by)
    found = Advisory.objects.get()
    assert (found.withdrawn_reason, affects(found, "1.4.0")) == ("It was the driver.", False)
    assert read.module_detail(make_viewer("kent"), "hampshire", "victim-update").advisories == ()
    for change in (
        lambda: amend_advisory(advisory=found, form=form(), by=by),
        lambda: withdraw_advisory(advisory=found, reason="Again.", by=by),
    ):
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.code == "advisory_withdrawn"
    written = list(AuditEvent.objects.filter(action__startswith="advisory.").order_by("pk").values_list("action", flat=True))
    assert written == ["advisory.published", "advisory.amended", "advisory.withdrawn"]
