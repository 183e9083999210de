"""The pages of an import: a file sent, its rows shown, and stored by one button."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.models import Role
from registry.adoption.models import Adoption
from registry.imports.columns import KINDS
from registry.imports.models import ImportDraft
from tests.make import make_member, make_organisation, make_release

pytestmark = pytest.mark.django_db
UPDATE = "hampshire/victim-update"
ROW = f"Module,Version,Stage,Live since,Owner\n{UPDATE},1.2.0,live,02-05-2023,Case team\n"


def person(slug: str, role: str = Role.PUBLISHER, **organisation: str) -> Client:
    client = Client()
    client.force_login(make_member(make_organisation(slug, **organisation), role))
    return client


def send(client: Client, data: str | bytes, **more: str) -> str:
    """Sends a file; the address it leads to, or the page that refuses it."""
    file = SimpleUploadedFile("table.csv", data.encode() if isinstance(data, str) else data)
    response = client.post("/import", {"kind": "adoptions", "language": "en-GB", "file": file, **more})
    assert response.status_code in (302, 422), response.status_code
    return str(response.get("Location") or response.content.decode())


def test_from_file_to_stored() -> None:
    make_release(UPDATE, "1.2.0")
    kent = person("kent")
    assert "Show what would be imported" in kent.get("/import?kind=adoptions").content.decode()
    at = send(kent, ROW)
    shown = kent.get(at).content.decode()
    for said in ("Nothing is stored yet", "1 to make, 0 there already, 0 wrong", f"{UPDATE} 1.2.0: live, since 2 May 2023", "Import 1 row"):
        assert said in shown, said
    assert not Adoption.objects.exists()
    response = kent.post(at)
    assert (response.status_code, response["Location"]) == (302, "/adoptions")
    assert Adoption.objects.get().organisation.slug == "kent"
    assert "Imported: 1 row." in kent.get("/adoptions").content.decode()
    assert kent.get(at).status_code == kent.post(at).status_code == 404
    known = kent.get(send(kent, ROW)).content.decode()
    assert "There already" in known
    assert "Import 1 row" not in known


def test_a_wrong_row_is_told_and_nothing_can_be_stored() -> None:
    make_release(UPDATE, "1.2.0")
    kent = person("kent")
    at = send(kent, ROW + f"{UPDATE},7.0.0,live,02-05-2023,Case team\n")
    shown = kent.get(at).content.decode()
    for said in ("1 row cannot be imported", "It has no version 7.0.0.", "version_unknown", "Send it again"):
        assert said in shown, said
    assert "Import 1 row" not in shown
    assert kent.post(at).status_code == 422
    assert not Adoption.objects.exists()


def test_what_is_no_table_is_refused_at_its_field() -> None:
    kent = person("kent")
    assert "There is no column “Stage”." in send(kent, "Module\na/b\n")
    assert "Choose what the file holds." in send(kent, ROW, kind="")
    assert "The file is neither CSV nor XLSX." in send(kent, b"a,b\n\x00\x00")
    refused = kent.post("/import", {"kind": "adoptions", "language": "da"})
    assert (refused.status_code, "Choose a file." in refused.content.decode()) == (422, True)
    assert not ImportDraft.objects.exists()


def test_a_name_with_markup_is_text() -> None:
    kent = person("kent")
    page = kent.get(send(kent, "Module,Stage,<b>x</b>\n<script>alert(1)</script>,live,\n")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_who_may() -> None:
    make_release(UPDATE, "1.2.0")
    kent, reader, essex = person("kent"), person("kent", Role.VIEWER), person("essex")
    at = send(kent, ROW)
    assert reader.get("/import").status_code == 403
    for other in (essex, person("kent")):
        assert (other.get(at).status_code, other.post(at).status_code) == (404, 404)
    assert Client().get("/import").status_code == 302
    assert not Adoption.objects.exists()


def test_a_dane_is_asked_in_their_own_numbers() -> None:
    page = person("kobenhavn", kind="council", language="da").get("/import").content.decode()
    at = page.index("As in Denmark")
    assert "checked" in page[at - 400 : at]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_can_be_sent_back_as_it_is(kind: str, language: str, form: str) -> None:
    """Its headings are all known, and every cell of its example can be read."""
    kent = person("kent")
    response = kent.get(f"/import/templates/{kind}-{language}.{form}")
    assert response["Content-Disposition"].endswith(f'{kind}-{language}.{form}"')
    data = response.content
    if form == "xlsx":
        headings = [cell.value for cell in next(load_workbook(io.BytesIO(data)).active.iter_rows())]
        assert headings == [column.heading_da if language == "da" else column.heading for column in KINDS[kind]]
    send(kent, data, kind=kind, language="da" if language == "da" else "en-GB")
    (row,) = ImportDraft.objects.get().preview["rows"]
    assert {error["code"] for error in row["errors"]} <= {"module_unknown"}  # there is no such module here
    assert ImportDraft.objects.get().preview["unread"] == []


@pytest.mark.parametrize("name", ["adoptions-en.xls", "people-en.csv", "adoptions-fr.csv", "adoptions.csv", "x"])
def test_other_templates_are_not_there(name: str) -> None:
    assert person("kent").get(f"/import/templates/{name}").status_code == 404
