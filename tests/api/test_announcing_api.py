"""Updates of sequences, whom a dry run would hit, notice periods and objections, by API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import ApiToken
from demonstration.builders.uipath import Argument
from registry.actions.refresh_sequence_updates import refresh_sequence_updates
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.make import make_adoption, make_member
from tests.sequence_seed import Step, make_part, make_sequence, package

PART = "/api/v1/modules/force-a/read/releases"
BROKEN = (Argument("in_Case", required=True), Argument("out_Text", direction="Out"))


@pytest.fixture
def part(publisher: Caller, neighbour: Caller) -> Release:
    """What force-b made a sequence of, and runs."""
    part = make_part("force-a/read")
    make_sequence("force-b/letters", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    make_adoption(part, "force-b")
    for token in ApiToken.objects.all():
        ApiToken.objects.filter(pk=token.pk).update(created_by=make_member(token.organisation))
    return part


def test_the_updates_of_a_sequence(part: Release, publisher: Caller, is_problem: Callable[..., Any]) -> None:
    make_part("force-a/read", "2.0.0", *BROKEN)
    refresh_sequence_updates(part.module_id)
    found = publisher.get("/api/v1/modules/force-b/letters/releases/1.0.0/updates").json()
    assert found["count"] == 1
    (update,) = found["results"]
    assert (update["module"], update["locked"], update["newest"], update["verdict"]) == ("force-a/read", "1.0.0", "2.0.0", "breaks")
    (step,) = update["steps"]
    assert (step["id"], step["name"]) == ("a", "Step a")
    assert "leaves in_Case empty" in " ".join(step["reasons"])
    assert publisher.get(f"{PART}/1.0.0/updates").json() == {"count": 0, "results": []}
    is_problem(publisher.get("/api/v1/modules/force-b/letters/releases/9.9.9/updates"), 404, "not_found")


def test_a_dry_run_says_whom_it_would_hit(part: Release, publisher: Caller) -> None:
    data = package("Read", "2.0.0", *BROKEN)
    artefact = SimpleUploadedFile("Read.2.0.0.nupkg", data)
    found = publisher.publish("force-a/read", version="2.0.0", artefact=artefact, dry_run="true").json()["impact"]
    assert found["breaking"] == ["Main.xaml: new required input in_Case (String); input in_Text is gone"]
    assert [(hit["module"], hit["locked"]) for hit in found["sequences"]] == [("force-b/letters", "1.0.0")]
    assert (found["before"], found["hidden_sequences"], found["adopters"]) == ("1.0.0", 0, ["Force-B"])
    artefact = SimpleUploadedFile("Read.2.0.0.nupkg", data)
    assert publisher.publish("force-a/read", version="2.0.0", artefact=artefact).json()["impact"] is None


def test_notice_and_objection(part: Release, publisher: Caller, neighbour: Caller, is_problem: Callable[..., Any]) -> None:
    make_part("force-a/read", "2.0.0", *BROKEN, checked=False)
    notice = f"{PART}/2.0.0/notice"
    is_problem(publisher.json(notice, {"days": "soon", "why": "It must."}), 422, "notice_days_invalid")
    is_problem(publisher.json(notice, {"days": "30"}), 422, "text_missing")
    is_problem(neighbour.json(notice, {"days": "30", "why": "It must."}), 403, "token_out_of_scope")
    given = publisher.json(notice, {"days": "30", "why": "It must."})
    assert given.status_code == 201, given.json()
    assert given.json()["state"] == "running"
    is_problem(publisher.json(notice, {"days": "30", "why": "It must."}), 409, "notice_running")
    (told,) = neighbour.get("/api/v1/notice-periods").json()["results"]
    assert (told["module"], told["version"], told["why"]) == ("force-a/read", "2.0.0", "It must.")
    address = f"/api/v1/notice-periods/{told['key']}/objection"
    is_problem(publisher.json(address, {"text": "No."}), 403, "not_told")
    said = neighbour.json(address, {"text": "Not before May."})
    assert said.status_code == 201, said.json()
    assert [each["text"] for each in said.json()["objections"]] == ["Not before May."]
    is_problem(neighbour.json(address, {"text": "Again."}), 409, "objected_already")
    for key in ("999999", "x", "9" * 30):
        is_problem(neighbour.json(f"/api/v1/notice-periods/{key}/objection", {"text": "No."}), 404, "not_found")


def test_a_token_that_nobody_made_answers_for_nothing(part: Release, publisher: Caller, is_problem: Callable[..., Any]) -> None:
    make_part("force-a/read", "2.0.0", *BROKEN, checked=False)
    ApiToken.objects.update(created_by=None)
    is_problem(publisher.json(f"{PART}/2.0.0/notice", {"days": "30", "why": "It must."}), 403, "person_needed")
