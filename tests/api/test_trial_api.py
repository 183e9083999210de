"""What a try of publishing tells machines of versions and of what is there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Caller
from tests.make import make_release, workflow
from tests.registry.releases.test_alike import DOES, doing

LESS = workflow(gives=())


def sent(caller: Caller, version: str, data: bytes, **fields: Any) -> Any:
    artefact = SimpleUploadedFile("Main.xaml", data + f"<!-- {version} -->".encode())
    return caller.publish("force-a/update", version=version, artefact=artefact, **fields)


def test_a_dry_run_says_which_version_would_do(publisher: Caller) -> None:
    make_release("force-a/update", data=workflow(), filename="Main.xaml")
    told = sent(publisher, "2.1.0", LESS, dry_run="true").json()
    assert told["bump"] == {
        "due": "major",
        "given": "major",
        "compared_with": "1.0.0",
        "would_do": "2.0.0",
        "reasons": [{"bump": "major", "text": "Main.xaml: output out_Brev is gone"}],
        "more_reasons": 0,
    }
    assert "bump_is_honest" in told["passed"]
    assert told["looks_like"] == []


def test_the_first_release_is_held_against_nothing(publisher: Caller) -> None:
    assert sent(publisher, "1.0.0", LESS, dry_run="true").json()["bump"] is None


def test_a_version_that_says_too_little_is_a_problem_with_its_reasons(publisher: Caller, is_problem: Callable[..., Any]) -> None:
    make_release("force-a/update", data=workflow(), filename="Main.xaml")
    for dry_run in ("true", "false"):
        body = is_problem(sent(publisher, "1.1.0", LESS, dry_run=dry_run), 422, "version_bump_too_small")
        assert (body["due"], body["given"], body["compared_with"], body["would_do"]) == ("major", "minor", "1.0.0", "2.0.0")
        assert body["reasons"] == [{"bump": "major", "text": "Main.xaml: output out_Brev is gone"}]
        assert (body["where"], body["mend"]) == ("version", "Publish it as 2.0.0.")
        assert "Main.xaml: output out_Brev is gone." in body["detail"]


def test_a_version_written_in_the_file_is_raised_in_the_tool(publisher: Caller, is_problem: Callable[..., Any]) -> None:
    from tests.api.test_announcing_api import BROKEN
    from tests.sequence_seed import make_part, package

    make_part("force-a/update", "1.0.3")
    artefact = SimpleUploadedFile("Read.1.0.4.nupkg", package("Update", "1.0.4", *BROKEN))
    body = is_problem(publisher.publish("force-a/update", version=None, artefact=artefact), 422, "version_bump_too_small")
    assert body["mend"] == "Raise the version to 2.0.0 in your tool, export again and publish that."


def test_what_is_there_already_is_told_when_tried_and_when_published(publisher: Caller) -> None:
    make_release("force-b/victim-update", data=doing(*DOES), filename="Main.xaml", title="Victim update")
    make_release("force-b/own", data=doing(*DOES), filename="Main.xaml", visibility="own")
    for dry_run in ("true", "false"):
        (one,) = sent(publisher, "1.0.0", doing(*DOES, name="Other"), dry_run=dry_run).json()["looks_like"]
        assert one == {
            "module": "force-b/victim-update",
            "version": "1.0.0",
            "title": "Victim update",
            "publisher_name": "Force-B",
            "likeness": 1.0,
            "same_actions": 12,
            "actions": 12,
        }
