"""The audit's page and its export, which are the auditor's alone; and the events of passwords and second factors."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.export_audit import export_audit
from accounts.audit import record
from accounts.chain import head, verify
from accounts.export import lines_read
from accounts.models import AuditEvent, Membership, Role, User
from accounts.viewer import viewer_of
from registry.errors import NotAllowed, Refused
from tests.make import PASSWORD, make_member, make_organisation, make_viewer
from tests.unchanged import audit_refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> User:
    make_organisation("partnership", kind="partnership")
    return make_member("partnership", Role.AUDITOR)


@pytest.fixture
def reading(client: Client, auditor: User) -> Client:
    client.force_login(auditor)
    return client


def write(count: int = 1, action: str = "thing.done", subject: str = "thing", organisation: str = "hampshire", **detail: object) -> None:
    """Events in the chain, by one member of ``organisation``."""
    by = make_viewer(organisation)
    for _ in range(count):
        record(action, subject, by=by, organisation=make_organisation(organisation), **detail)
    chained()


def chained() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def numbers(client: Client, query: str = "") -> list[int]:
    return [event.number for event, _ in client.get(f"/audit{query}").context["events"]]


# --- The page -----------------------------------------------------------------------------------------------------------
def test_events_are_shown_newest_first_with_who_and_what(reading: Client) -> None:
    write(reason="Sends <b>twice</b>.", before=["a", "ø"])
    record("robot.ran", "thing", by=None, organisation=None)
    chained()
    assert numbers(reading) == [2, 1]
    page = reading.get("/audit").content.decode()
    for text in (
        "thing.done",
        "Sends &lt;b&gt;twice&lt;/b&gt;.",
        "before: [&quot;a&quot;, &quot;ø&quot;]",
        "Hampshire",
        "No person",
        head().hash,
    ):
        assert text in page
    assert AuditEvent.objects.get(number=1).user.name in page
    assert '<a href="/audit" aria-current="page">Audit</a>' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?organisation=met", [4]),
        ("?action=thing", [4, 2, 1]),
        ("?action=thing.un", [2]),
        ("?action=THING", []),
        ("?subject=hampshire/victim", [2]),
        ("?subject=%25", []),
        ("?person=nobody", [3]),
        ("?organisation=hampshire&action=thing.done", [1]),
        ("?organisation=nowhere&action=thing.un", [2]),  # what makes no sense is left out
        ("?action=%00", [4, 3, 2, 1]),
        ("?before=3", [2, 1]),
        ("?before=x", [4, 3, 2, 1]),
        (f"?before={'9' * 30}", [4, 3, 2, 1]),
    ],
)
def test_events_are_found(reading: Client, query: str, expected: list[int]) -> None:
    write()
    write(action="thing.undone", subject="hampshire/victim-update 1.0.0")
    record("robot.ran", "thing", by=None, organisation=make_organisation("hampshire"))
    write(organisation="met")
    assert numbers(reading, query) == expected


def test_pages_follow_one_another_without_gap_or_repetition(reading: Client) -> None:
    write(120)
    seen, address = [], "/audit?action=thing.done"
    while address:
        page = reading.get(address)
        seen += [event.number for event, _ in page.context["events"]]
        older = page.context["older"]
        address = f"/audit?action=thing.done&before={older}" if older else ""
        assert not older or f"?action=thing.done&amp;before={older}" in page.content.decode()
        write(1)  # what comes in meanwhile moves nothing
    assert seen == list(range(120, 0, -1))


def test_the_page_asks_a_fixed_number_of_questions(reading: Client) -> None:
    counts = []
    for more in (1, 60):
        for number in range(more):
            write(organisation=f"force-{number}")
        with CaptureQueriesContext(connection) as asked:
            assert reading.get("/audit").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
@pytest.mark.parametrize("organisation", ["partnership", "hampshire"])
def test_to_everybody_else_there_is_no_audit(client: Client, role: str, organisation: str) -> None:
    make_organisation("partnership", kind="partnership")
    client.force_login(make_member(organisation, role))
    absent = client.get("/audi")
    for address in ("/audit", "/audit/export"):
        answer = client.get(address)
        assert (answer.status_code, answer.content.replace(address.encode(), b"")) == (404, absent.content.replace(b"/audi", b""))
    assert client.post("/audit/export", {"reason": "x", "form": "csv"}).status_code == 404
    assert ">Audit</a>" not in client.get("/").content.decode()
    assert not AuditEvent.objects.exists()


def test_an_auditor_elsewhere_than_at_the_partnership_is_none(client: Client) -> None:
    client.force_login(make_member("hampshire", Role.AUDITOR))
    assert client.get("/audit").status_code == 404


def test_it_ends_with_the_role(reading: Client, auditor: User) -> None:
    assert reading.get("/audit").status_code == 200
    Membership.objects.filter(user=auditor).delete()
    assert reading.get("/audit").status_code == 404
    reading.logout()
    assert reading.get("/audit").url == "/account/login/?next=/audit"


# --- The export ---------------------------------------------------------------------------------------------------------
def body(answer: object) -> str:
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_all_of_it_is_exported_and_that_is_an_event(reading: Client, auditor: User) -> None:
    write(3, reason="Ærø")
    last = head()
    answer = reading.post("/audit/export", {"reason": " The yearly audit. ", "form": "jsonl"})
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (
        200, "application/jsonl", 'attachment; filename="audit.jsonl"',
    )  # fmt: skip
    assert verify(lines_read(body(answer).splitlines(keepends=True)), kept=last) == (last, None)
    event = AuditEvent.objects.get(action="audit.exported")
    assert (event.user, event.subject) == (auditor, "events 1 to 3")
    assert event.detail == {"reason": "The yearly audit.", "form": "jsonl", "chosen": {}}


def test_what_the_page_shows_is_exported_as_a_table(reading: Client) -> None:
    write(2)
    write(1, subject='=HYPERLINK("http://x")', organisation="met")
    page = reading.get("/audit?organisation=met").content.decode()
    [address] = re.findall(r'href="(/audit/export[^"]*)"', page)
    assert "Met" in reading.get(address).content.decode()
    answer = reading.post(address, {"reason": "The yearly audit.", "form": "csv"})
    rows = list(csv.DictReader(io.StringIO(body(answer))))
    assert [(row["number"], row["organisation"], row["subject"]) for row in rows] == [("3", "met", '\'=HYPERLINK("http://x")')]
    assert AuditEvent.objects.get(action="audit.exported").detail["chosen"] == {"organisation": "met"}


def test_an_export_holds_no_name_and_no_address(reading: Client) -> None:
    write()
    person = AuditEvent.objects.get().user
    text = body(reading.post("/audit/export", {"reason": "The yearly audit.", "form": "jsonl"}))
    assert json.loads(text)["event"]["user"] == person.pk
    assert person.email not in text
    assert person.name not in text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"form": "csv"}, "Say in a sentence"),
        ({"reason": "  ", "form": "csv"}, "Say in a sentence"),
        ({"reason": "x" * 501, "form": "csv"}, "500"),
        ({"reason": "The yearly audit."}, "Choose a format"),
        ({"reason": "The yearly audit.", "form": "xls"}, "xls"),
    ],
)
def test_an_export_without_reason_or_format_is_refused(reading: Client, sent: dict[str, str], said: str) -> None:
    write()
    answer = reading.post("/audit/export", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"), [({"reason": " "}, "reason_missing"), ({"reason": "x" * 501}, "text_too_long"), ({"form": "xls"}, "unknown_format")]
)
def test_the_action_refuses_it_too(auditor: User, given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        export_audit(**{"chosen": {}, "form": "csv", "reason": "The yearly audit.", "by": viewer_of(auditor), **given})  # type: ignore[arg-type]
    assert refused.value.code == code
    with pytest.raises(NotAllowed):
        export_audit(chosen={}, form="csv", reason="The yearly audit.", by=make_viewer("hampshire", Role.ADMINISTRATOR))
    assert not AuditEvent.objects.exists()


# --- Passwords and second factors -----------------------------------------------------------------------------------------
def test_a_password_is_not_changed_unaudited(client: Client) -> None:
    user = make_member()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    sent = {"oldpassword": PASSWORD, "password1": "three quite other words", "password2": "three quite other words"}
    client.raise_request_exception = False
    with transaction.atomic():
        audit_refuses()
        assert client.post(reverse("account_change_password"), sent).status_code == 500
        transaction.set_rollback(True)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    client.post(reverse("account_change_password"), sent)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.user, event.detail) == ("account.password_changed", f"user {user.pk}", user, {})


def test_a_password_that_was_forgotten_is_audited(client: Client) -> None:
    user = make_member()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]  # type: ignore[index]
    sent = {"password1": "three quite other words", "password2": "three quite other words"}
    client.post(client.get(link).url, sent)
    assert AuditEvent.objects.get().action == "account.password_changed"


def test_factors_are_audited_whoever_adds_and_removes_them() -> None:
    user = make_member()
    TOTP.activate(user, generate_totp_secret())
    Authenticator.objects.filter(user=user).delete()
    chained()
    events = list(AuditEvent.objects.order_by("number").values_list("action", "subject", "user", "detail"))
    assert events == [(f"account.factor_{verb}", f"user {user.pk}", user.pk, {"type": "totp"}) for verb in ("added", "removed")]
