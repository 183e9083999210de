"""The one door: what comes in, what is refused, what a repeat and a race give, and that a refusal stores nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import AuditEvent, Membership, Role
from accounts.viewer import NOBODY, Viewer, viewer_of
from registry.actions import publish_release as module_under_test
from registry.actions.check_release import check_release
from registry.actions.deprecate_module import deprecate_module
from registry.actions.publish_release import Published, publish_release
from registry.actions.update_module import update_module
from registry.catalogue.models import Module, SearchWordUse
from registry.errors import Conflict, NotAllowed, Refused, TooLarge, Unreadable
from registry.releases.gates import ReleaseForm
from registry.releases.keeping import remove_unused
from registry.releases.models import Artefact, OutboxEntry, Release
from registry.releases.storage import store
from registry.releases.upload import spooled
from registry.values.digests import release_digest
from tests.installation import unique
from tests.make import bpmn, make_member, make_organisation, make_release, make_viewer, stored_files
from tests.race import race, stopped_before_its_rows


def publish(
    by: Viewer,
    data: bytes = b"",
    *,
    identifier: str = "hampshire/victim-update",
    version: str = "1.0.0",
    filename: str = "p.bpmn",
    dry_run: bool = False,
    **form: object,
) -> Published:
    publisher, slug = identifier.split("/")
    given = {"licence": "MIT", "summary": "Sends victims an update.", "visibility": "partnership", **form}
    with spooled([data or bpmn()], filename) as upload:
        return publish_release(
            publisher=publisher, slug=slug, uploads=[upload], form=ReleaseForm(version=version, **given), by=by, dry_run=dry_run
        )


@contextlib.contextmanager
def nothing_stored() -> object:
    """Neither row, nor bytes, nor a file on the way."""
    rows = [model.objects.count() for model in (Module, Release, Artefact, OutboxEntry, AuditEvent)]
    files = stored_files()
    yield
    assert [model.objects.count() for model in (Module, Release, Artefact, OutboxEntry, AuditEvent)] == rows
    assert not stored_files() - files
    assert not list(settings.UPLOAD_DIR.iterdir())


@pytest.mark.django_db
def test_a_first_release_makes_the_module() -> None:
    data = bpmn("Victim update")
    done = publish(
        make_viewer("hampshire"), data, title="Victim update", systems=("Niche RMS@>=6.8",), readme="# Hello", business_area="victim-care"
    )
    assert done.created
    release = done.release
    assert release is not None
    assert release.state == Release.State.CHECKING
    assert release.module.identifier == "hampshire/victim-update"
    assert release.module.systems.get().system.name == "Niche RMS"
    assert "<h2>Hello</h2>" in release.module.readme_html
    artefact = release.artefacts.get()
    assert artefact.size == len(data)
    assert store().verify(artefact.sha256)
    assert release.digest == artefact.sha256
    assert release.inspection["kind"] == "bpmn"
    assert OutboxEntry.objects.get().subject == release.pk
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"module.created", "release.published"}


@pytest.mark.django_db
def test_checked_it_is_listed_and_found() -> None:
    release = make_release("hampshire/victim-update", "1.2.0")
    assert release.state == Release.State.LISTED
    assert release.module.status == "listed"
    assert release.module.latest_version == "1.2.0"
    assert SearchWordUse.objects.filter(module=release.module, word__word="victims").exists()
    assert not OutboxEntry.objects.exists()
    events = AuditEvent.objects.count()
    check_release(release.pk)  # safe to run twice
    assert AuditEvent.objects.count() == events


@pytest.mark.django_db
def test_the_same_bytes_again_change_nothing() -> None:
    by = make_viewer("hampshire")
    first = publish(by)
    with nothing_stored():
        again = publish(by)
    assert not again.created
    assert again.release == first.release


@pytest.mark.django_db
def test_other_bytes_conflict_and_leave_nothing() -> None:
    by = make_viewer("hampshire")
    publish(by)
    with nothing_stored(), pytest.raises(Conflict) as error:
        publish(by, bpmn("Other"))
    assert error.value.code == "version_exists"


@pytest.mark.django_db
def test_a_dry_run_stores_nothing_and_says_what_it_saw() -> None:
    by = make_viewer("hampshire")
    with nothing_stored():
        seen = publish(by, dry_run=True)
    assert seen.release is None
    assert seen.version == "1.0.0"
    assert seen.inspection.entry_points
    assert "version_is_new" in seen.passed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"data": b"not an automation"}, "not_recognised"),
        ({"data": b""[:0] + b"<definitions"}, None),
        ({"version": "1.2"}, "version_invalid"),
        ({"version": ""}, "version_needed"),
        ({"licence": "Apache 2"}, "licence_invalid"),
        ({"summary": ""}, "summary_missing"),
        ({"identifier": "hampshire/Bad_Slug"}, "slug_invalid"),
        ({"visibility": "everybody"}, "visibility_unknown"),
        ({"visibility": "named"}, "share_with_missing"),
        ({"readme": "x" * 100_001}, "text_too_long"),
    ],
)
def test_refusals_store_nothing(change: dict[str, object], code: str | None) -> None:
    by = make_viewer("hampshire")
    with nothing_stored(), pytest.raises((Refused, Unreadable)) as error:
        publish(by, **change)  # type: ignore[arg-type]
    assert code is None or error.value.code == code


@pytest.mark.django_db
def test_an_oversized_body_is_cut(settings) -> None:  # type: ignore[no-untyped-def]
    settings.MAX_UPLOAD_BYTES = 1000
    taken = []

    def chunks() -> object:
        for number in range(100):
            taken.append(number)
            yield b"x" * 400

    with nothing_stored(), pytest.raises(TooLarge) as error, spooled(chunks(), "a.bpmn"):
        pass
    assert error.value.code == "too_large"
    assert len(taken) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLISHER, Role.ADMINISTRATOR)])
def test_other_roles_may_not_publish(role: str) -> None:
    organisation = make_organisation("hampshire", kind="partnership" if role in (Role.STEWARD, Role.AUDITOR) else "police")
    by = viewer_of(make_member(organisation, role))
    with nothing_stored(), pytest.raises(NotAllowed):
        publish(by)


@pytest.mark.django_db
@pytest.mark.parametrize("identifier", ["met/victim-update", "nowhere/victim-update"])
def test_under_another_prefix_it_is_not_allowed_whether_or_not_that_exists(identifier: str) -> None:
    make_organisation("met")
    with nothing_stored(), pytest.raises(NotAllowed) as error:
        publish(make_viewer("hampshire"), identifier=identifier)
    assert error.value.code == "not_a_publisher"
    with pytest.raises(NotAllowed):
        publish(NOBODY)


@pytest.mark.django_db
def test_a_right_ends_with_the_membership() -> None:
    by = make_viewer("hampshire")
    publish(by)
    Membership.objects.filter(user=by.user).delete()
    with pytest.raises(NotAllowed):
        publish(by, version="1.1.0")


@pytest.mark.django_db
def test_several_files_are_one_release() -> None:
    by = make_viewer("hampshire")
    with (
        spooled([bpmn("One", start="One asked for")], "one.bpmn") as one,
        spooled([bpmn("Two", tasks=("Sign",), start="Two asked for")], "two.bpmn") as two,
    ):
        form = ReleaseForm(version="1.0.0", licence="MIT", summary="Does two things.")
        done = publish_release(publisher="hampshire", slug="pair", uploads=[one, two], form=form, by=by)
        digests = [one.sha256, two.sha256]
    assert done.release is not None
    assert done.release.digest == release_digest(digests)
    assert [point.name for point in done.inspection.entry_points] == ["One asked for", "Two asked for"]
    assert [artefact.filename for artefact in done.release.artefacts.all()] == ["one.bpmn", "two.bpmn"]


@pytest.mark.django_db
def test_a_failed_transaction_takes_its_bytes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    by = make_viewer("hampshire")

    def broken(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(module_under_test, "_release", broken)
    with nothing_stored(), pytest.raises(RuntimeError):
        publish(by, bpmn(unique("broken")))


@pytest.mark.django_db
def test_bytes_that_a_release_names_are_never_removed() -> None:
    release = make_release("hampshire/victim-update")
    assert not remove_unused(release.digest)
    assert store().verify(release.digest)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_release SET version = '9.9.9'",
        "UPDATE registry_release SET inspection = '{}'",
        "DELETE FROM registry_release",
        "UPDATE registry_artefact SET sha256 = 'x'",
        "DELETE FROM registry_artefact",
        "UPDATE accounts_auditevent SET action = 'x'",
        "DELETE FROM accounts_auditevent",
    ],
)
def test_the_database_refuses_to_change_what_is_published(statement: str) -> None:
    from django.db import DatabaseError, transaction

    make_release("hampshire/victim-update")
    with (
        pytest.raises(DatabaseError, match=r"Cannot (update|delete)|neither changed nor removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_racing_publishers_of_one_version() -> None:
    """Half send one file, half another: one is created; its equals repeat it, the others conflict, and no bytes of theirs stay."""
    by, before, run = make_viewer("hampshire"), stored_files(), unique("run")  # a home used twice has an earlier run's bytes
    results = race(8, lambda number: publish(by, bpmn(f"Racing version {number % 2} of {run}")))
    created = [one for one in results if isinstance(one, Published) and one.created]
    repeats = [one for one in results if isinstance(one, Published) and not one.created]
    conflicts = [one for one in results if isinstance(one, Conflict)]
    assert (len(created), len(repeats), len(conflicts)) == (1, 3, 4), results
    assert [path.name for path in stored_files() - before] == [created[0].release.digest]  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("meanwhile", "column", "value"),
    [
        (lambda release, by: deprecate_module(module=release.module, reason="Gone.", by=by), "deprecated_reason", "Gone."),
        (
            lambda release, by: update_module(module=release.module, form=ReleaseForm(visibility="partnership"), by=by),
            "visibility",
            "partnership",
        ),
        (lambda release, by: update_module(module=release.module, form=ReleaseForm(title="Renamed"), by=by), "title", "Renamed"),
        (lambda release, by: check_release(release.pk), "status", "listed"),
        (lambda release, by: check_release(release.pk), "latest_version", "1.0.0"),
    ],
)
def test_what_others_change_during_a_publish_stays_changed(meanwhile: Callable[..., object], column: str, value: str) -> None:
    """A publish reads the module before it reads the files, which takes a while; what it does not change it must not write back."""
    by, data = make_viewer("hampshire"), bpmn("Meanwhile")
    release = make_release("hampshire/victim-update", by=by, checked=False, visibility="own")
    work = {sha256(data).hexdigest(): lambda: publish(by, data, version="1.1.0", visibility="")}
    with stopped_before_its_rows(work) as results:
        meanwhile(release, by)
    assert isinstance(results[0], Published), results
    assert getattr(Module.objects.get(), column) == value


@pytest.mark.django_db(transaction=True)
def test_first_releases_of_one_module_at_once_are_both_kept() -> None:
    by, files = make_viewer("hampshire"), {version: bpmn(f"First {version}") for version in ("1.0.0", "1.1.0")}
    works = {
        sha256(data).hexdigest(): lambda version=version, data=data: publish(by, data, version=version) for version, data in files.items()
    }
    with stopped_before_its_rows(works) as results:
        assert not Module.objects.exists()
    assert all(isinstance(one, Published) and one.created for one in results), results
    assert set(Module.objects.get().releases.values_list("version", flat=True)) == set(files)
