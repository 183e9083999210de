"""A release is checked after it is published, once, and listed or held by what was found."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from registry.actions import check_release as module_under_test
from registry.actions.check_release import check_release
from registry.checks import RELEASE_CHECKS
from registry.checks.model import Facts, Found
from registry.errors import Missing
from registry.formats.model import Inspection
from registry.index import read
from registry.releases.models import Finding, OutboxEntry, Release
from registry.reviews.models import SignOffRule
from registry.reviews.policy import decide
from registry.values.versions import version_key
from tests.make import make_organisation, make_release, make_viewer, no_people, pass_review
from tests.race import race
from tests.unchanged import audit_refuses, unchanged

MODULE = ("hampshire", "victim-update")
NO_START = b"""<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:test">
<process id="p" name="Part"><userTask id="t" name="Read"/></process></definitions>"""


class NeedsMending:
    """A check that finds something to mend in everything: none of today's does."""

    CODE, TITLE, SEVERITY = "needs_mending", "Mend this", "stop"

    def run(self, inspection: Inspection, facts: Facts) -> list[Found]:
        return [Found(self.CODE, self.SEVERITY, "x" * 300, where="y" * 400)]


@pytest.fixture
def unchecked() -> Release:
    return make_release("hampshire/victim-update", checked=False, **no_people())


@pytest.fixture
def must_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_under_test, "RELEASE_CHECKS", (*RELEASE_CHECKS, NeedsMending()))


@pytest.mark.parametrize(
    ("severities", "state"),
    [((), "listed"), (("note",), "listed"), (("note", "answer"), "listed"), (("stop",), "held"), (("note", "stop", "answer"), "held")],
)
def test_only_what_must_be_mended_holds(severities: tuple[str, ...], state: str) -> None:
    found = [Found("code", severity, "Title") for severity in severities]
    assert decide(found, ()) == state  # type: ignore[arg-type]
    assert decide(found, [SignOffRule()]) == ("in_review" if state == "listed" else state)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_until_it_is_checked_and_signed_only_its_publisher_sees_it_then_everybody_it_is_shared_with(unchecked: Release) -> None:
    other, own = make_viewer("met"), make_viewer("hampshire")
    assert [one.state for one in read.releases(own, *MODULE)] == ["checking"]
    with pytest.raises(Missing):
        read.releases(other, *MODULE)
    check_release(unchecked.pk)
    unchecked.refresh_from_db()
    assert unchecked.checked_at is not None
    assert not OutboxEntry.objects.filter(task=check_release.name).exists()
    assert [one.state for one in read.releases(own, *MODULE)] == ["in_review"]
    with pytest.raises(Missing):
        read.releases(other, *MODULE)
    event = AuditEvent.objects.get(action="review.check")
    assert (event.subject, event.user, event.detail["state"]) == ("hampshire/victim-update@1.0.0", None, "in_review")
    pass_review(unchecked)
    assert [one.state for one in read.releases(other, *MODULE)] == ["listed"]


@pytest.mark.django_db
def test_what_its_own_organisation_alone_sees_is_listed_at_once() -> None:
    release = make_release("hampshire/victim-update", checked=False, visibility="own")
    check_release(release.pk)
    assert [one.state for one in read.releases(make_viewer("hampshire"), *MODULE)] == ["listed"]
    event = AuditEvent.objects.get(action="release.listed")
    assert (event.user, event.detail["visibility"]) == (None, "own")


@pytest.mark.django_db
def test_findings_are_kept_with_the_release() -> None:
    release = make_release("hampshire/victim-update", data=NO_START)
    assert release.state == Release.State.LISTED
    assert list(release.findings.values_list("code", "severity")) == [("nothing_to_start", "note")]
    detail = read.release_detail(make_viewer("met"), *MODULE, "1.0.0")[1]
    assert [one.code for one in detail.findings] == ["nothing_to_start"]


@pytest.mark.django_db
@pytest.mark.usefixtures("must_mend")
def test_a_held_release_is_seen_by_its_publisher_alone_and_the_listed_one_stays_current(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(module_under_test, "RELEASE_CHECKS", RELEASE_CHECKS)
        make_release("hampshire/victim-update", "1.0.0")
    held = make_release("hampshire/victim-update", "1.1.0")
    assert held.state == Release.State.HELD
    assert not OutboxEntry.objects.filter(task=check_release.name).exists()
    finding = held.findings.get(code="needs_mending")
    assert (finding.title, finding.where) == ("x" * 200, "y" * 300)
    assert AuditEvent.objects.filter(action="review.check").latest("pk").detail["state"] == "held"
    other = make_viewer("met")
    assert [one.version for one in read.releases(other, *MODULE)] == ["1.0.0"]
    assert read.module_detail(other, *MODULE).entry.latest_version == "1.0.0"
    with pytest.raises(Missing):
        read.artefact(other, *MODULE, "1.1.0", "process.bpmn")
    assert {one.version: one.state for one in read.releases(make_viewer("hampshire"), *MODULE)} == {"1.0.0": "listed", "1.1.0": "held"}


@pytest.mark.django_db
@pytest.mark.usefixtures("must_mend")
def test_a_module_whose_only_release_is_held_is_no_partners_business(unchecked: Release) -> None:
    check_release(unchecked.pk)
    assert read.visible_module(make_viewer("hampshire"), *MODULE).status == "draft"
    with pytest.raises(Missing):
        read.visible_module(make_viewer("met"), *MODULE)


@pytest.mark.django_db
def test_again_it_only_strikes_off_the_promise(unchecked: Release) -> None:
    check_release(unchecked.pk)
    with unchanged():
        check_release(unchecked.pk)
    OutboxEntry.objects.create(task=check_release.name, subject=unchecked.pk)
    check_release(unchecked.pk)
    assert not OutboxEntry.objects.filter(task=check_release.name).exists()
    assert AuditEvent.objects.filter(action="review.check").count() == 1


@pytest.mark.django_db
def test_of_no_release_nothing_comes(unchecked: Release) -> None:
    with unchanged():
        check_release(unchecked.pk + 1000)


@pytest.mark.django_db
def test_a_promise_about_another_release_stays(unchecked: Release) -> None:
    other = make_release("hampshire/other", checked=False)
    check_release(unchecked.pk)
    assert OutboxEntry.objects.get().subject == other.pk


@pytest.mark.django_db
def test_a_check_that_fails_leaves_release_and_promise_as_they_were(unchecked: Release) -> None:
    broken = Release.objects.create(
        module=unchecked.module,
        version="2.0.0",
        version_key=version_key("2.0.0"),
        licence="MIT",
        platform="bpmn",
        artefact_kind="bpmn",
        inspection={},
        digest="x",
    )
    OutboxEntry.objects.create(task=check_release.name, subject=broken.pk)
    with unchanged(), pytest.raises(FileNotFoundError):
        check_release(broken.pk)


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_listed(unchecked: Release) -> None:
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        check_release(unchecked.pk)


@pytest.mark.django_db(transaction=True)
def test_several_workers_with_the_same_message_check_once() -> None:
    make_organisation("hampshire")
    release = make_release("hampshire/victim-update", data=NO_START, checked=False)
    assert race(4, lambda _: check_release(release.pk)) == [None] * 4
    assert Finding.objects.count() == 1
    assert AuditEvent.objects.filter(action="review.check").count() == 1


@pytest.mark.django_db(transaction=True)
def test_releases_of_one_module_checked_at_once_leave_the_newest_current() -> None:
    releases = [make_release("hampshire/victim-update", f"1.{number}.0", checked=False, visibility="own") for number in range(4)]
    race(4, lambda number: check_release(releases[number].pk))
    assert read.visible_module(make_viewer("hampshire"), *MODULE).latest_version == "1.3.0"
