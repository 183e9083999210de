"""Connecting a platform on its pages: the address and its secret, an upload with its report, and names."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from registry.actions.map_run_name import map_run_name
from registry.telemetry.adapters import uipath
from registry.telemetry.models import RunEvent, RunHook, RunName, UnknownName
from registry.web.run_snippets import snippets
from tests.make import make_member, make_release, make_viewer, opt_in

pytestmark = pytest.mark.django_db
CONNECT, UPLOAD, HOOK, NAME = "/runs/connect", "/runs/connect/upload", "/runs/connect/webhook", "/runs/connect/name"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def publisher(db: None) -> Client:
    """A publisher of the Met, which reports its runs and sees hampshire/victim-update 1.2.0."""
    opt_in("met")
    make_release("hampshire/victim-update", "1.2.0")
    return signed_in(make_member("met"))


def row(name: str = "Victim update", minutes: int = 5) -> str:
    start = timezone.now() - timedelta(minutes=minutes)
    return f"{name},{start:%d/%m/%Y %H:%M:%S},60,Completed\n"


def upload(client: Client, text: str, zone: str = "UTC", dates: str = "dmy", filename: str = "runs.csv"):  # type: ignore[no-untyped-def]
    return client.post(UPLOAD, {"file": SimpleUploadedFile(filename, text.encode()), "zone": zone, "dates": dates})


HEADINGS = "Process,Start time,Duration,Status\n"


def test_the_page_shows_the_secret_to_those_who_decide_alone(publisher: Client) -> None:
    assert publisher.post(HOOK, {"become": "open"}).headers["Location"] == CONNECT
    hook = RunHook.objects.get()
    page = publisher.get(CONNECT).content.decode()
    assert hook.secret in page
    assert f"/api/v1/runs/uipath/{hook.key}" in page
    for client in (
        signed_in(make_member("met", "viewer")),
        signed_in(make_member("wiltshire")),
        signed_in(make_member("moothall", "auditor")),
    ):
        page = client.get(CONNECT).content.decode()
        assert hook.secret not in page
        assert hook.key not in page
        assert "What names stand for" in page


def test_a_webhook_is_renewed_and_closed(publisher: Client) -> None:
    publisher.post(HOOK, {"become": "open"})
    before = RunHook.objects.get().secret
    assert publisher.post(HOOK, {"become": "open"}).status_code == 422, "it is open already"
    publisher.post(HOOK, {"become": "renew"})
    assert RunHook.objects.get().secret != before
    publisher.post(HOOK, {"become": "close"})
    assert not RunHook.objects.exists()
    assert "Open an address" in publisher.get(CONNECT).content.decode()
    assert publisher.post(HOOK, {"become": "renew"}).status_code == 422
    assert signed_in(make_member("met", "viewer")).post(HOOK, {"become": "open"}).status_code == 403


def test_an_upload_says_what_became_of_every_row(publisher: Client) -> None:
    map_run_name(source="table", name="Victim update", module="hampshire/victim-update", version="", by=make_viewer("met"))
    text = (
        HEADINGS
        + row()
        + row(minutes=60 * 24 * 60)
        + row("Pay <b>fines</b>")
        + "Victim update,soon,60,Completed\n"
        + row(minutes=7).replace("Completed", "Running")
    )
    page = upload(publisher, text).content.decode()
    assert "1 new run counts" in page
    assert "Row 5" in page
    assert "Pay &lt;b&gt;fines&lt;/b&gt;: 1 run" in page
    assert "say whether they are right" in page
    assert RunEvent.objects.get().module == "hampshire/victim-update"
    assert "0 new runs count" in upload(publisher, text).content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "No heading that we know"),
        ("\x00\x01\x02", "neither CSV nor XLSX"),
        ("", "empty"),
        ("PK\x03\x04", "cannot be opened"),
    ],
)
def test_a_file_that_is_no_table_is_said_to_be_none(publisher: Client, text: str, said: str) -> None:
    response = upload(publisher, text)
    assert (response.status_code, said in response.content.decode()) == (422, True)


def test_an_upload_needs_consent_and_the_right(publisher: Client) -> None:
    text = HEADINGS + row()
    assert upload(signed_in(make_member("met", "viewer")), text).status_code == 403
    assert upload(signed_in(make_member("wiltshire")), text).status_code == 403, "it did not opt in"
    assert upload(publisher, text, zone="Mars").status_code == 422
    assert publisher.post(UPLOAD, {}).status_code == 422
    assert not RunEvent.objects.exists()
    assert 'value="Europe/London" checked' in publisher.get(UPLOAD).content.decode()


def test_names_are_given_a_meaning_and_it_is_taken_back(publisher: Client) -> None:
    upload(publisher, HEADINGS + row() + row("Other"))
    page = publisher.get(CONNECT).content.decode()
    assert f"{NAME}?source=table&amp;name=Victim%20update" in page
    form = publisher.get(f"{NAME}?source=table&name=Victim%20update").content.decode()
    assert 'value="Victim update"' in form
    given = {"source": "table", "name": "Victim update", "stands_for": "module", "module": "hampshire/victim-update", "version": ""}
    assert publisher.post(NAME, given).headers["Location"] == CONNECT
    assert "1 new run counts" in upload(publisher, HEADINGS + row()).content.decode()
    assert publisher.post(NAME, {"source": "table", "name": "Other", "stands_for": "leave_out", "module": "x/y"}).status_code == 302
    assert not UnknownName.objects.exists()
    page = publisher.get(CONNECT).content.decode()
    assert "Left out" in page
    assert "/modules/hampshire/victim-update" in page
    first = RunName.objects.get(module__startswith="h")
    assert signed_in(make_member("wiltshire")).post(f"{CONNECT}/names/{first.pk}/forget").status_code == 404
    assert signed_in(make_member("met", "viewer")).post(f"{CONNECT}/names/{first.pk}/forget").status_code == 403
    assert publisher.post(f"{CONNECT}/names/{first.pk}/forget").status_code == 302
    assert publisher.post(f"{CONNECT}/names/{first.pk}/forget").status_code == 404


def test_a_meaning_that_is_none_stays_on_the_form(publisher: Client) -> None:
    given = {"source": "table", "name": "X", "stands_for": "module", "module": "", "version": ""}
    for change, said in [
        ({}, "Enter the module"),
        ({"module": "hampshire/nowhere"}, "Your organisation sees no such module"),
        ({"module": "hampshire/victim-update", "version": "9.9.9"}, "Your organisation sees no such version"),
        ({"source": "otlp", "module": "hampshire/victim-update"}, "otlp"),
    ]:
        response = publisher.post(NAME, given | change)
        assert (response.status_code, said in response.content.decode()) == (422, True), said
    assert not RunName.objects.exists()


def test_a_module_that_is_not_seen_any_more_leads_nowhere(publisher: Client) -> None:
    RunName.objects.create(organisation="met", source="table", name="X", folded="x", module="hampshire/never-was", version="")
    page = publisher.get(CONNECT).content.decode()
    assert "hampshire/never-was</code>, which leads nowhere now" in page
    assert "/modules/hampshire/never-was" not in page


# --- Snippets -------------------------------------------------------------------------------------------------------------
def test_every_platform_has_five_lines_at_most() -> None:
    found = snippets("https://moothall.example")
    assert {each.key for each in found} == {
        "uipath", "blueprism", "power_automate", "a360", "robot", "python", "openrpa", "n8n", "tagui", "opentelemetry",
    }  # fmt: skip
    for each in found:
        assert 1 <= len(each.code.splitlines()) <= 5, each.key
        assert "{base}" not in each.code + each.where
        assert "{headings}" not in each.code
        assert "https://moothall.example/api/v1/runs" in each.code or each.key == "uipath"


def test_what_is_json_is_json_and_what_is_python_is_python() -> None:
    for each in snippets("https://moothall.example"):
        if each.language == "json":
            assert json.loads(each.code)
        if each.language == "python":
            compile(each.code, each.key, "exec")


def test_the_deliveries_that_the_page_names_are_those_that_are_read(publisher: Client) -> None:
    page = publisher.get(CONNECT).content.decode()
    assert all(kind in page for kind in uipath.WANTED)
