"""Drafts of sequences: who may, how many, and how long they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken, Role
from accounts.viewer import Viewer, viewer_of_token
from registry.actions import compose_sequence as composing
from registry.actions.compose_sequence import KEPT_FOR, MOST_DRAFTS, StepWords, add_step, start_draft
from registry.actions.remove_expired import remove_expired
from registry.errors import Conflict, Missing, NotAllowed, Refused
from registry.sequences.models import SequenceDraft
from tests.make import make_organisation, make_token, make_viewer
from tests.registry_pages import client_of
from tests.sequence_parts import CHECK, LETTER, make_check, make_letter

pytestmark = pytest.mark.django_db


def start(by: Viewer, title: str = "Letters") -> SequenceDraft:
    assert by.organisation is not None
    return start_draft(organisation=by.organisation, title=title, by=by)


def test_publishers_alone_compose_and_no_token() -> None:
    make_token("hampshire")
    token = viewer_of_token(ApiToken.objects.select_related("organisation").get())
    draft = start(make_viewer("hampshire"))
    others = (make_viewer("hampshire", Role.VIEWER), make_viewer("hampshire", Role.REVIEWER), make_viewer("wiltshire"), token)
    said: dict[str, Any] = {"draft": draft, "revision": 0, "words": StepWords("nobody", "Check"), "after": ""}
    for by in others:
        with pytest.raises(NotAllowed):
            start_draft(organisation=make_organisation("hampshire"), title="Letters", by=by)
        with pytest.raises(NotAllowed):
            add_step(**said, by=by)
        with pytest.raises(NotAllowed):
            composing.discard_draft(draft=draft, by=by)
    assert SequenceDraft.objects.values_list("title", "revision").get() == ("Letters", 0)
    assert not SequenceDraft.objects.visible_to(token).exists()
    assert add_step(**said, by=make_viewer("hampshire", Role.ADMINISTRATOR)) == "check"


def test_who_saves_second_is_told_and_keeps_nothing() -> None:
    one, other = make_viewer("hampshire"), make_viewer("hampshire")
    draft = start(one)
    add_step(draft=draft, revision=0, words=StepWords("nobody", "Check"), after="", by=one)
    with pytest.raises(Conflict, match="Somebody changed this draft") as raised:
        add_step(draft=draft, revision=0, words=StepWords("nobody", "Send"), after="", by=other)
    assert raised.value.code == "draft_changed"
    kept = SequenceDraft.objects.get()
    assert ([step["name"] for step in kept.steps["steps"]], kept.revision, kept.changed_by) == (["Check"], 1, one.user)
    composing.discard_draft(draft=draft, by=other)
    with pytest.raises(Missing):
        add_step(draft=draft, revision=1, words=StepWords("nobody", "Send"), after="", by=one)


def test_an_organisation_has_so_many_drafts_and_no_more() -> None:
    by = make_viewer("hampshire")
    said = {"organisation": by.organisation, "created_by": by.user, "changed_by": by.user}
    SequenceDraft.objects.bulk_create([SequenceDraft(title=str(number), **said) for number in range(MOST_DRAFTS)])
    with pytest.raises(Refused) as raised:
        start(by)
    assert raised.value.code == "too_many_drafts"
    assert start(make_viewer("wiltshire")).pk


def test_what_nobody_changes_for_long_is_thrown_away() -> None:
    by = make_viewer("hampshire")
    old, young = start(by, "Old"), start(by, "Young")
    for draft, age in ((old, KEPT_FOR + timedelta(hours=1)), (young, KEPT_FOR - timedelta(hours=1))):
        SequenceDraft.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - age)
    remove_expired()
    assert list(SequenceDraft.objects.values_list("title", flat=True)) == ["Young"]


def test_the_page_of_a_draft_asks_the_database_no_more_of_many_steps_than_of_few() -> None:
    make_check()
    make_letter()
    by = make_viewer("wiltshire")
    counts = []
    for number in (1, 12):
        draft = start(by)
        steps = [_step(f"{name}-{place}", module) for place in range(number) for name, module in (("check", CHECK), ("letter", LETTER))]
        SequenceDraft.objects.filter(pk=draft.pk).update(steps={"name": "Letters", "documentation": "", "steps": steps})
        client: Client = client_of(by.user)
        client.get(f"/sequences/drafts/{draft.pk}")  # what is kept for the next request
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/sequences/drafts/{draft.pk}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _step(key: str, module: str) -> dict[str, Any]:
    return {"id": key, "name": key, "uses": {"module": module, "range": "*", "entry_point": ""}}
