"""The commands an operator runs: what they print, how they exit, and that a refusal is a sentence and changes nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import ApiToken, AuditEvent, Membership, Organisation, User
from accounts.tokens import find_token
from accounts.viewer import viewer_of_token
from registry.formats.model import Inspection, Onward, Step, Words
from registry.index import read
from registry.management.commands.inspect import as_text
from registry.releases.models import Release
from registry.releases.storage import LocalStore, store
from tests.make import bpmn, make_member, make_organisation, make_release, make_user, stored_files


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def refused(*arguments: str) -> str:
    """The sentence a command ends with instead of doing anything."""
    models = (Organisation, User, Membership, ApiToken, AuditEvent)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    return str(error.value)


# --- check_storage --------------------------------------------------------------------------------------------------------
@pytest.fixture
def kept(settings, tmp_path: Path) -> LocalStore:  # type: ignore[no-untyped-def]
    """A store with nothing in it from other tests."""
    settings.STORAGE_URL = (tmp_path / "artefacts").as_uri()
    here = store()
    assert isinstance(here, LocalStore)
    return here


def damage(kept: LocalStore, release: Release, problem: str) -> None:
    path = kept.path(release.digest)
    data = path.read_bytes()
    path.unlink()
    if problem == "damaged":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif problem == "size":
        path.write_bytes(data[:-1])


def report(*arguments: str) -> tuple[int, dict[str, Any]]:
    status, text = run("check_storage", "--json", *arguments)
    return status, json.loads(text)


@pytest.mark.django_db
def test_a_sound_store_is_called_so(kept: LocalStore) -> None:
    make_release("hampshire/victim-update", "1.0.0")
    make_release("hampshire/victim-update", "1.1.0", checked=False)
    assert report("--grace", "0") == (0, {"artefacts": 2, "problems": []})
    assert run("check_storage") == (0, "2 artefacts checked, 0 problems\n")


@pytest.mark.django_db
@pytest.mark.parametrize("problem", ["missing", "damaged", "size"])
def test_bytes_that_are_wrong_are_named_with_their_release_and_nothing_else_is(kept: LocalStore, problem: str) -> None:
    make_release("hampshire/sound")
    release = make_release("hampshire/victim-update", "1.2.0")
    damage(kept, release, problem)
    found = {"problem": problem, "sha256": release.digest, "release": "hampshire/victim-update@1.2.0", "filename": "process.bpmn"}
    assert report() == (1, {"artefacts": 2, "problems": [found]})
    status, text = run("check_storage")
    assert status == 1
    assert f"problem={problem} sha256={release.digest} release=hampshire/victim-update@1.2.0" in text


@pytest.mark.django_db
def test_every_release_that_names_damaged_bytes_is_named(kept: LocalStore) -> None:
    data = bpmn("Shared")
    releases = [make_release(f"{slug}/same", data=data) for slug in ("hampshire", "met")]
    damage(kept, releases[0], "damaged")
    assert {problem["release"] for problem in report()[1]["problems"]} == {"hampshire/same@1.0.0", "met/same@1.0.0"}


@pytest.mark.django_db
@pytest.mark.parametrize("problem", ["missing", "damaged", "size"])
def test_repair_never_hides_bytes_that_are_wrong(kept: LocalStore, problem: str) -> None:
    release = make_release("hampshire/victim-update")
    damage(kept, release, problem)
    files = stored_files()
    status, said = report("--repair", "--grace", "0")
    assert (status, [one["repaired"] for one in said["problems"]]) == (1, [False])
    assert stored_files() == files


@pytest.mark.django_db
def test_publishing_the_same_bytes_again_heals_them(kept: LocalStore) -> None:
    data = bpmn("Healed")
    release = make_release("hampshire/victim-update", data=data)
    damage(kept, release, "damaged")
    make_release("met/the-same", data=data)
    assert report("--grace", "0")[0] == 0


@pytest.mark.django_db
def test_bytes_that_nothing_names_are_found_after_their_grace_and_removed_by_repair_alone(kept: LocalStore, tmp_path: Path) -> None:
    release = make_release("hampshire/victim-update")
    digest = "0" * 64
    kept.path(digest).parent.mkdir(parents=True)
    kept.path(digest).write_bytes(b"nobody's")
    assert report() == (0, {"artefacts": 1, "problems": []})
    assert report("--grace", "0") == (1, {"artefacts": 1, "problems": [{"problem": "unnamed", "sha256": digest}]})
    assert kept.has(digest)
    status, said = report("--grace", "0", "--repair")
    assert (status, said["problems"]) == (0, [{"problem": "unnamed", "sha256": digest, "repaired": True}])
    assert [path.name for path in stored_files()] == [release.digest]


# --- prepare --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_prepare_again_changes_nothing_and_leaves_no_migration_to_do(settings) -> None:  # type: ignore[no-untyped-def]
    make_release("hampshire/victim-update")
    before = list(Release.objects.values())
    status, text = run("prepare", "--verbosity", "1")
    assert status == 0
    assert "No migrations to apply" in text or not text
    assert list(Release.objects.values()) == before
    call_command("migrate", "--check", verbosity=0)
    assert "cache" in connection.introspection.table_names()
    assert (settings.STATIC_ROOT / "moothall.css").exists()


# --- inspect --------------------------------------------------------------------------------------------------------------
def test_inspect_prints_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "update.bpmn"
    path.write_bytes(bpmn("Victim update", start="Victim update asked for"))
    status, text = run("inspect", str(path), "--format", "json")
    said = json.loads(text)
    assert (status, said["platform"], [point["name"] for point in said["entry_points"]]) == (0, "bpmn", ["Victim update asked for"])
    status, text = run("inspect", str(path))
    assert status == 0
    assert text.startswith("bpmn  ")
    assert "  start: Victim update asked for(" in text


def test_inspect_as_text_tells_owner_languages_parts_people_errors_and_code() -> None:
    steps = (
        Step("1", "Look up", part="Main", onward=(Onward("3", on_error=True),)),
        Step("2", "Approve the letter", kind="human", human=True, part="Main"),
        Step("3", "Recover", kind="exception", part="Main"),
        Step("4", "Tidy", kind="code", language="vbnet", part="Clean up"),
        Step("5", "Count", kind="code"),
    )
    words = (Words("da", title="Besked til offer"), Words("en-GB", summary="Tells victims."))
    lines = as_text(Inspection("uipath", "uipath-xaml", owner="Hampshire", words=words, steps=steps)).splitlines()
    for line in (
        "  owner: Hampshire",
        "  in da: Besked til offer",
        "  in en-GB: Tells victims.",
        "  part: Main, 3 steps",
        "  part: Clean up, 1 step",
        "  person: Approve the letter, in Main",
        "  exceptions: 1 steps raise or handle errors, 1 routes lead to them",
        "  code: vbnet, 1 step",
        "  code: language not told, 1 step",
    ):
        assert line in lines
    assert lines[-1] == "  5 steps, 0 files"
    assert len(as_text(Inspection("uipath", "uipath-xaml")).splitlines()) == 2  # nothing is told of what is not there


@pytest.mark.parametrize(("data", "code"), [(None, "file_missing"), (b"no automation", "not_recognised"), (b"", "")])
@pytest.mark.parametrize("form", ["json", "text"])
def test_inspect_refuses_with_a_problem_and_status_two(tmp_path: Path, data: bytes | None, code: str, form: str) -> None:
    path = tmp_path / "update.bpmn"
    if data is not None:
        path.write_bytes(data)
    status, text = run("inspect", str(path), "--format", form)
    problem = json.loads(text)
    assert status == 2
    assert set(problem) == {"code", "title", "detail", "where", "mend"}
    assert problem["code"] == code or not code
    assert all(problem[key] for key in ("code", "title", "detail", "mend"))


# --- issue_token ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_token_is_printed_alone_and_does_what_its_scopes_say() -> None:
    make_release("hampshire/victim-update", visibility="own")
    status, text = run(
        "issue_token", "--organisation", "hampshire", "--scopes", "publish, read", "--module", "hampshire/victim-update", "--days", "3"
    )
    secret = text.strip()
    assert (status, text) == (0, f"{secret}\n")
    token = find_token(secret)
    assert token is not None
    assert (token.scopes, token.modules) == (["publish", "read"], ["victim-update"])
    assert (token.expires_at - token.created_at).days in (2, 3)
    assert read.visible_module(viewer_of_token(token), "hampshire", "victim-update")
    assert not any(secret in str(row) for model in (ApiToken, AuditEvent) for row in model.objects.values())
    assert AuditEvent.objects.get(action="token.issued").organisation == token.organisation


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        ("--organisation", "nowhere", "--scopes", "read"),
        ("--organisation", "hampshire", "--scopes", "everything"),
        ("--organisation", "hampshire", "--scopes", ","),
        ("--organisation", "hampshire", "--scopes", "read", "--days", "0"),
        ("--organisation", "hampshire", "--scopes", "read", "--days", "366"),
        ("--organisation", "hampshire", "--scopes", "publish", "--days", "91"),
        ("--organisation", "hampshire", "--scopes", "publish", "--module", "No Slug"),
        ("--organisation", "hampshire", "--scopes", "read", "--name", ""),
        ("--organisation", "closed", "--scopes", "read"),
    ],
)
def test_no_token_is_issued_that_may_not_be(arguments: tuple[str, ...]) -> None:
    make_organisation("hampshire")
    closed = make_organisation("closed")
    Organisation.objects.filter(pk=closed.pk).update(is_active=False)
    assert refused("issue_token", *arguments).endswith(".")


# --- add_organisation -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_organisation_is_added_with_its_audit_line() -> None:
    assert run("add_organisation", "Kobenhavn", "Københavns Kommune", "--kind", "council", "--language", "da") == (
        0,
        "Added Københavns Kommune as kobenhavn.\n",
    )
    added = Organisation.objects.get(slug="kobenhavn")
    assert (added.name, added.kind, added.language, added.is_active) == ("Københavns Kommune", "council", "da", True)
    assert AuditEvent.objects.get().action == "organisation.added"
    assert make_release("kobenhavn/first").module.language == "da"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        ("hampshire", "Again", "--kind", "police"),
        ("HAMPSHIRE", "Again", "--kind", "police"),
        ("under_score", "Name", "--kind", "police"),
        ("two words", "Name", "--kind", "police"),
        ("hyphen-", "Name", "--kind", "police"),
        ("a/b", "Name", "--kind", "police"),
        ("x" * 41, "Name", "--kind", "police"),
        ("new", "", "--kind", "police"),
        ("new", "N" * 121, "--kind", "police"),
        ("new", "Name", "--kind", "police", "--website", "nonsense"),
        ("new", "Name", "--kind", "shop"),
        ("new", "Name"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_in_words(arguments: tuple[str, ...]) -> None:
    make_organisation("hampshire")
    assert refused("add_organisation", *arguments)


# --- add_member -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_first_steward_comes_in_with_a_proven_address_and_no_password() -> None:
    make_organisation("partnership", kind="partnership")
    done = run("add_member", "Steward@Example.org", "--organisation", "partnership", "--role", "steward", "--name", "Sam")
    assert done == (0, "steward@example.org is steward at partnership.\n")
    user = User.objects.get()
    assert (user.name, user.has_usable_password(), user.is_superuser) == ("Sam", False, False)
    assert user.emailaddress_set.filter(verified=True, primary=True).count() == 1
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == ("member.added", {"role": "steward", "signs": []})
    assert "steward@" not in str(event.subject)


@pytest.mark.django_db
def test_again_with_another_role_there_is_one_membership_and_the_person_stays_the_same() -> None:
    user = make_user("sam@example.org")
    make_member("hampshire", "viewer", user=user)
    run("add_member", "SAM@example.org", "--organisation", "hampshire", "--role", "administrator")
    assert User.objects.count() == 1
    assert Membership.objects.get().role == "administrator"
    user.refresh_from_db()
    assert user.has_usable_password()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "organisation", "role"),
    [
        ("sam@example.org", "nowhere", "viewer"),
        ("sam@example.org", "hampshire", "steward"),
        ("sam@example.org", "hampshire", "auditor"),
        ("sam@example.org", "partnership", "publisher"),
        ("sam@example.org", "hampshire", "king"),
        ("no address", "hampshire", "viewer"),
        ("", "hampshire", "viewer"),
    ],
)
def test_a_membership_that_cannot_be_is_refused_in_words(email: str, organisation: str, role: str) -> None:
    make_organisation("hampshire")
    make_organisation("partnership", kind="partnership")
    assert refused("add_member", email, "--organisation", organisation, "--role", role)


# --- load_demonstration ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_demonstrations_people_are_never_loaded_elsewhere(settings) -> None:  # type: ignore[no-untyped-def]
    """They share a passphrase that everybody can read."""
    settings.IS_DEMONSTRATION = False
    assert "dev.py demo" in refused("load_demonstration")
