"""What changed between two releases, over the API."""

from __future__ import annotations

from tests.api.conftest import Caller
from tests.make import bpmn, make_release

AT = "/api/v1/modules/force-a/victim-update/releases"
SAME = {"licence": "", "summary": "", "title": "", "visibility": ""}


def test_it_says_what_came_and_went_and_what_is_hidden_is_absent(neighbour: Caller, is_problem) -> None:
    make_release("force-a/victim-update", "1.0.0", data=bpmn(tasks=("Read", "Decide")))
    make_release("force-a/victim-update", "1.1.0", data=bpmn(tasks=("Read",)), **SAME)
    make_release("force-a/victim-update", "2.0.0", data=bpmn("Waits"), checked=False, draft=True, **SAME)
    body = neighbour.get(f"{AT}/1.1.0/changes").json()
    assert (body["module"], body["version"], body["compared_with"], body["bump"]) == ("force-a/victim-update", "1.1.0", "1.0.0", "minor")
    assert body["steps"]["counts"] == {"added": 0, "removed": 1, "changed": 0, "moved": 0}
    assert [step["name"] for step in body["steps"]["removed"]] == ["Decide"]
    assert body["oversight"] == ["1 step is no longer a person’s: Decide"]
    assert neighbour.get(f"{AT}/1.0.0/changes").json()["compared_with"] is None
    assert neighbour.get(f"{AT}/1.0.0/changes?from=1.1.0").json()["steps"]["counts"]["added"] == 1
    is_problem(neighbour.get(f"{AT}/1.1.0/changes?from=2.0.0"), 404, "not_found")
    is_problem(neighbour.get(f"{AT}/1.1.0/changes?from=9.0.0"), 404, "not_found")
    is_problem(neighbour.get(f"{AT}/2.0.0/changes"), 404, "not_found")
    is_problem(neighbour.get(f"{AT}/1.1.0/changes?form=1.0.0"), 422, "unknown_parameter")
