"""A token's life: its form, its checksum, what it may do and when it ends."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.actions.change_role import change_role
from accounts.actions.end_membership import end_membership
from accounts.models import ApiToken, AuditEvent, Membership, Role
from accounts.secrets import ALPHABET
from accounts.tokens import find_token, is_well_formed, issue_token, revoke_token
from accounts.viewer import viewer_of
from registry.errors import NotAllowed, Refused
from tests.make import make_member, make_organisation, make_viewer

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def issue(
    role: str = Role.PUBLISHER, scopes: tuple[str, ...] = ("read", "publish"), days: int = 30, **more: object
) -> tuple[ApiToken, str]:
    by = make_viewer(role=role)
    assert by.organisation is not None
    return issue_token(organisation=by.organisation, name="Build server", scopes=scopes, days=days, by=by, **more)  # type: ignore[arg-type]


def membership_of(token: ApiToken) -> Membership:
    return Membership.objects.get(user=token.created_by, organisation=token.organisation)


def test_a_token_has_githubs_form() -> None:
    _, secret = issue()
    text, check = secret[3:46], secret[46:]
    assert secret.startswith("mh_")
    assert len(secret) == 52
    number = 0
    for character in check:
        number = number * 62 + ALPHABET.index(character)
    assert number == zlib.crc32(text.encode())


def test_every_single_character_changed_is_noticed() -> None:
    _, secret = issue()
    for place in range(len(secret)):
        other = "A" if secret[place] != "A" else "B"
        assert not is_well_formed(secret[:place] + other + secret[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "mh_", "mh_" + "0" * 48, "mh_" + "0" * 50, "gh_" + "0" * 49, "mh_" + "é" * 49, "mh_" + "0" * 49 + "\n"]
)
def test_what_is_no_token_never_reaches_the_database(text: str, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert find_token(text) is None


def test_a_wrong_checksum_never_reaches_the_database(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    _, secret = issue()
    with django_assert_num_queries(0):
        assert find_token(secret[:-1] + ("0" if secret[-1] != "0" else "1")) is None


def test_found_with_its_organisation_in_one_read_and_one_note_of_use(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    token, secret = issue()
    with django_assert_num_queries(2):
        found = find_token(secret)
        assert found is not None
        assert found.organisation == token.organisation
    assert found == token
    assert found.scopes == ["publish", "read"]
    with django_assert_num_queries(1):
        find_token(secret)


def test_last_use_is_noted_at_most_once_a_minute() -> None:
    with time_machine.travel(START, tick=False) as clock:
        token, secret = issue()
        find_token(secret)
        token.refresh_from_db()
        assert token.last_used_at == START
        clock.shift(59)
        find_token(secret)
        token.refresh_from_db()
        assert token.last_used_at == START
        clock.shift(1)
        find_token(secret)
        token.refresh_from_db()
        assert token.last_used_at == START + timedelta(seconds=60)


def test_it_ends_on_its_day() -> None:
    with time_machine.travel(START, tick=False) as clock:
        _, secret = issue(days=90)
        clock.move_to(START + timedelta(days=90) - timedelta(seconds=1))
        assert find_token(secret) is not None
        clock.shift(1)
        assert find_token(secret) is None


def test_revoked_it_is_refused_at_once_and_once_only() -> None:
    token, secret = issue()
    assert find_token(secret) is not None
    by = viewer_of(token.created_by)  # type: ignore[arg-type]
    revoke_token(token=token, by=by)
    assert find_token(secret) is None
    first = revoke_token(token=token, by=by).revoked_at
    assert revoke_token(token=token, by=by).revoked_at == first
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1


def test_none_works_for_an_organisation_that_left() -> None:
    token, secret = issue()
    token.organisation.is_active = False
    token.organisation.save()
    assert find_token(secret) is None


def test_it_cannot_publish_when_its_maker_has_left_but_reads_if_kept() -> None:
    token, secret = issue(scopes=("read", "publish", "telemetry"))
    make_member(token.organisation, Role.ADMINISTRATOR)
    end_membership(membership=membership_of(token), by=viewer_of(token.created_by), revoke_tokens=False)  # type: ignore[arg-type]
    found = find_token(secret)
    assert found is not None
    assert found.scopes == ["read", "telemetry"]
    token.refresh_from_db()
    assert "publish" in token.scopes


def test_it_ends_with_its_makers_membership_unless_kept() -> None:
    token, secret = issue()
    end_membership(membership=membership_of(token), by=viewer_of(token.created_by))  # type: ignore[arg-type]
    assert find_token(secret) is None


def test_it_cannot_publish_when_its_maker_became_a_viewer_or_was_closed_out() -> None:
    token, secret = issue()
    administrator = viewer_of(make_member(token.organisation, Role.ADMINISTRATOR))
    change_role(membership=membership_of(token), role=Role.VIEWER, by=administrator)
    assert find_token(secret).scopes == ["read"]  # type: ignore[union-attr]
    change_role(membership=membership_of(token), role=Role.PUBLISHER, by=administrator)
    assert find_token(secret).scopes == ["publish", "read"]  # type: ignore[union-attr]
    token.created_by.is_active = False  # type: ignore[union-attr]
    token.created_by.save()  # type: ignore[union-attr]
    assert find_token(secret).scopes == ["read"]  # type: ignore[union-attr]


def test_one_made_by_an_operator_depends_on_nobody() -> None:
    _, secret = issue_token(organisation=make_organisation(), name="Robot", scopes=["publish"], days=90, by=None)
    assert find_token(secret).scopes == ["publish"]  # type: ignore[union-attr]
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("scopes", "days", "code"),
    [
        (["publish"], 91, "token_lifetime"),
        (["publish", "read"], 0, "token_lifetime"),
        (["read"], 366, "token_lifetime"),
        (["read"], -1, "token_lifetime"),
        ([], 30, "unknown_scope"),
        (["read", "everything"], 30, "unknown_scope"),
    ],
)
def test_limits(scopes: list[str], days: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        issue_token(organisation=make_organisation(), name="x", scopes=scopes, days=days, by=None)
    assert refusal.value.code == code
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("scopes", "days"), [(["publish"], 90), (["read", "telemetry"], 365), (["admin"], 365)])
def test_limits_are_reached(scopes: list[str], days: int) -> None:
    token, _ = issue_token(organisation=make_organisation(), name="x", scopes=scopes, days=days, by=None)
    assert (token.expires_at - token.created_at).days in {days, days - 1}


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(Refused, match="name"):
        issue_token(organisation=make_organisation(), name=name, scopes=["read"], days=1, by=None)


@pytest.mark.parametrize("slug", ["Victim-Update", "hampshire/victim-update", "a b", "-a", ""])
def test_modules_are_named_by_their_slugs(slug: str) -> None:
    with pytest.raises(Refused) as refusal:
        issue_token(organisation=make_organisation(), name="x", scopes=["read"], modules=[slug], days=1, by=None)
    assert refusal.value.code == "module_slug"


@pytest.mark.parametrize(
    ("role", "scopes", "may"),
    [
        (Role.VIEWER, ("read",), False),
        (Role.REVIEWER, ("read",), False),
        (Role.PUBLISHER, ("read", "publish", "telemetry"), True),
        (Role.PUBLISHER, ("admin",), False),
        (Role.ADMINISTRATOR, ("read", "publish", "telemetry", "admin"), True),
    ],
)
def test_who_may_issue(role: str, scopes: tuple[str, ...], may: bool) -> None:
    if may:
        assert issue(role, scopes)[0].scopes == sorted(scopes)
    else:
        with pytest.raises(NotAllowed):
            issue(role, scopes)


def test_nobody_issues_or_revokes_for_another_organisation() -> None:
    token, secret = issue()
    stranger = make_viewer(role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        issue_token(organisation=token.organisation, name="x", scopes=["read"], days=1, by=stranger)
    with pytest.raises(NotAllowed):
        revoke_token(token=token, by=stranger)
    assert find_token(secret) is not None


def test_the_secret_is_kept_nowhere(django_capture_on_commit_callbacks, caplog) -> None:  # type: ignore[no-untyped-def]
    with caplog.at_level("DEBUG"), django_capture_on_commit_callbacks(execute=True):
        token, secret = issue()
        find_token(secret)
    [message] = mail.outbox
    assert message.to == [token.created_by.email]  # type: ignore[union-attr]
    assert token.hint in message.body
    event = AuditEvent.objects.get(action="token.issued")
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    for text in (caplog.text, message.subject, message.body, str(event.__dict__), str(row)):
        assert secret not in text
        assert secret[9:46] not in text
    assert len(token.hint) == 9


def test_the_command_prints_the_token_alone(capsys) -> None:  # type: ignore[no-untyped-def]
    make_organisation("hampshire")
    call_command("issue_token", organisation="hampshire", scopes="publish,read", module=["hampshire/victim-update"], days=7)
    printed = capsys.readouterr().out
    token = find_token(printed.removesuffix("\n"))
    assert token is not None
    assert (token.organisation.slug, token.scopes, token.modules) == ("hampshire", ["publish", "read"], ["victim-update"])
    call_command("issue_token", organisation="hampshire", scopes="read")
    assert find_token(capsys.readouterr().out.strip()) is not None


def test_the_command_says_what_is_wrong() -> None:
    with pytest.raises(CommandError, match="no organisation atlantis"):
        call_command("issue_token", organisation="atlantis", scopes="read")
    make_organisation("hampshire")
    with pytest.raises(CommandError, match="1 to 90 days"):
        call_command("issue_token", organisation="hampshire", scopes="publish", days=100)
