"""One step of a draft, a page for each question: what is done and by whom, by which module, with which inputs, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.forms import ActionForm
from accounts.viewer import Viewer
from accounts.views.access import member, posted
from registry.actions.compose_sequence import (
    MODULE,
    PERSON,
    add_step,
    change_step,
    choose_module,
    fill_inputs,
    lead_on,
    say_gives,
    set_call,
)
from registry.formats.arguments import Argument
from registry.index import composing as found
from registry.index.entries import SearchQuery, SearchResult
from registry.index.search import search
from registry.sequences import drafts
from registry.sequences.models import SequenceDraft
from registry.web.acting import carried_out
from registry.web.composing import address, draft_asked
from registry.web.composing_forms import (
    CallForm,
    GivesForm,
    InputRow,
    InputsForm,
    ModuleChoiceForm,
    NextForm,
    StepForm,
    words_of,
)
from registry.web.composing_words import argument_words
from registry.web.publishing import METHODS

MAX_QUERY = 200  # characters
OFFERED = ("listed", "deprecated")
FREE_ROWS = 3  # inputs to name where the module does not tell which it has


@require_http_methods(METHODS)
@member
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new step, behind the step ``?after=`` or at the end."""
    viewer, draft = draft_asked(request, pk)
    after = request.GET.get("after", "")
    before = drafts.step_in(draft.steps, after)["name"] if after else ""
    form = StepForm(posted(request), initial={"revision": draft.revision, "does": MODULE})
    made: list[str] = []

    def added() -> None:
        made.append(add_step(draft=draft, revision=form.cleaned_data["revision"], words=form.words(), after=after, by=viewer))

    if form.is_valid() and carried_out(form, added):
        return _led_on(draft, made[0], form.cleaned_data["does"])
    heading = f"Add a step after “{before}”" if before else "Add a step"
    return _asked(request, draft, form, heading=heading, button="Save and continue")


@require_http_methods(METHODS)
@member
def change(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """What is said of a step."""
    viewer, draft = draft_asked(request, pk)
    shown, is_drawn = drafts.step_in(draft.steps, step), drafts.is_drawn(draft.steps)
    before, is_human = words_of(shown), is_drawn and bool(shown.get("human"))
    form = StepForm(posted(request), is_drawn=is_drawn, is_human=is_human, initial={"revision": draft.revision, **before})

    def changed() -> None:
        change_step(draft=draft, revision=form.cleaned_data["revision"], step=step, words=form.words(), by=viewer)

    if form.is_valid() and carried_out(form, changed):
        does = form.cleaned_data["does"]
        return redirect(_at(draft, step)) if does == before["does"] else _led_on(draft, step, does)
    return _asked(request, draft, form, shown, heading=f"Change “{shown['name']}”", button="Save and continue")


def _led_on(draft: SequenceDraft, step: str, does: str) -> HttpResponse:
    """To the next question about a step."""
    if does == MODULE:
        return redirect("draft_module", draft.pk, step)
    return redirect("draft_gives", draft.pk, step) if does == PERSON else redirect(_at(draft, step))


@require_http_methods(METHODS)
@member
def module(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Search for the module that does a step, and choose it."""
    viewer, draft = draft_asked(request, pk)
    shown = drafts.step_in(draft.steps, step)
    query = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MAX_QUERY]
    form = ModuleChoiceForm(posted(request), initial={"revision": draft.revision})

    def chosen() -> None:
        given = form.cleaned_data
        choose_module(draft=draft, revision=given["revision"], step=step, module=given["module"], by=viewer)

    if form.is_valid() and carried_out(form, chosen):
        return redirect("draft_call", draft.pk, step)
    now = found.called_by(viewer, [shown]).get(step)
    context = {"draft": draft, "step": shown, "form": form, "result": _modules(viewer, query), "query": query, "now": now}
    return render(request, "registry/sequences/module.html", context, status=422 if form.errors else 200)


def _modules(viewer: Viewer, query: str) -> SearchResult:
    return search(viewer, SearchQuery(q=query, kind=("module",), status=OFFERED))


@require_http_methods(METHODS)
@member
def call(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Which versions of the module do the step, and where it begins."""
    viewer, draft = draft_asked(request, pk)
    shown = drafts.step_in(draft.steps, step)
    if "uses" not in shown:
        return redirect("draft_module", draft.pk, step)
    uses, called = shown["uses"], found.called_by(viewer, [shown]).get(step)
    points = [(each.name, each.name) for each in called.entry_points] if called else []
    wanted = uses.get("entry_point", "")
    if wanted and wanted not in dict(points):
        points.append((wanted, f"{wanted}: not in these versions"))
    initial = {"revision": draft.revision, "range": uses.get("range", ""), "entry_point": wanted}
    form = CallForm(posted(request), entry_points=points, initial=initial)

    def changed() -> None:
        given = form.cleaned_data
        point = given.get("entry_point", wanted)
        set_call(draft=draft, revision=given["revision"], step=step, range=given["range"], entry_point=point, by=viewer)

    if form.is_valid() and carried_out(form, changed):
        return redirect("draft_inputs", draft.pk, step)
    heading = f"Which versions do “{shown['name']}”?"
    return _asked(request, draft, form, shown, heading=heading, button="Save and continue", called=called, is_call=True)


@require_http_methods(METHODS)
@member
def inputs(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """What fills each input of the step."""
    viewer, draft = draft_asked(request, pk)
    shown = drafts.step_in(draft.steps, step)
    if "uses" not in shown:
        return redirect("draft_module", draft.pk, step)
    called = found.called_by(viewer, [*drafts.before(draft.steps, step), shown])
    outputs = found.outputs_before(draft.steps, step, called)
    sources = [
        (words, [(each.source, f"{argument_words(each.argument)}, from step {words}") for each in group])
        for words, group in groupby(outputs, lambda each: each.step)
    ]
    rows = _input_rows(shown, called.get(step))
    form = InputsForm(posted(request), rows=rows, sources=sources, initial={"revision": draft.revision})

    def filled() -> None:
        fill_inputs(draft=draft, revision=form.cleaned_data["revision"], step=step, inputs=form.filled(), by=viewer)

    heading = f"What fills the inputs of “{shown['name']}”?"
    more = {"called": called.get(step), "asks_nothing": not rows, "is_inputs": True}
    return _done(request, draft, form, filled, shown, heading=heading, **more)


def _input_rows(step: drafts.Step, called: found.Called | None) -> list[InputRow]:
    """The inputs that are asked for; those filled that nothing asks for any more; and some to name where the module tells of none."""
    filled = dict(step.get("inputs", {}))
    asked = called.entry_point.inputs if called and called.entry_point else ()
    rows = [InputRow(each, filled.pop(each.name, {})) for each in asked[: drafts.MOST_INPUTS]]
    rows += [InputRow(Argument(name), each, is_asked=not asked) for name, each in filled.items()]
    if not asked:
        rows += [InputRow(Argument(""), {}) for _ in range(FREE_ROWS)]
    return rows


@require_http_methods(METHODS)
@member
def gives(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """What a person's step hands on."""
    viewer, draft = draft_asked(request, pk)
    shown = drafts.step_in(draft.steps, step)
    form = GivesForm(posted(request), gives=drafts.gives_of(shown), initial={"revision": draft.revision})

    def said() -> None:
        say_gives(draft=draft, revision=form.cleaned_data["revision"], step=step, gives=form.given(), by=viewer)

    return _done(request, draft, form, said, shown, heading=f"What does “{shown['name']}” hand on?", is_gives=True)


@require_http_methods(METHODS)
@member
def next_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """What comes after a step."""
    viewer, draft = draft_asked(request, pk)
    shown, steps = drafts.step_in(draft.steps, step), drafts.steps_in(draft.steps)
    numbered = [(each["id"], f"{number}. {each['name']}") for number, each in enumerate(steps, 1)]
    at = steps.index(shown)
    follower = f"The next step of the list: {numbered[at + 1][1]}" if at + 1 < len(numbered) else "Nothing: it is the last of the list"
    others = [each for each in numbered if each[0] != step]
    form = NextForm(posted(request), step=shown, follower=follower, others=others, initial={"revision": draft.revision})

    def led() -> None:
        given = form.cleaned_data
        lead_on(draft=draft, revision=given["revision"], step=step, question=given["question"], ways=form.ways(), by=viewer)

    return _done(request, draft, form, led, shown, heading=f"What comes after “{shown['name']}”?", is_next=True)


def _done(
    request: HttpRequest, draft: SequenceDraft, form: ActionForm, action: Callable[[], None], step: drafts.Step, **said: Any
) -> HttpResponse:
    """Carry it out and go back to the step on the draft's page, or show the form."""
    if form.is_valid() and carried_out(form, action):
        return redirect(_at(draft, step["id"]))
    return _asked(request, draft, form, step, button="Save", **said)


def _asked(request: HttpRequest, draft: SequenceDraft, form: ActionForm, step: drafts.Step | None = None, **said: Any) -> HttpResponse:
    context = {"draft": draft, "form": form, "step": step, "back": _at(draft, step["id"]) if step else address(draft), **said}
    return render(request, "registry/sequences/step.html", context, status=422 if form.errors else 200)


def _at(draft: SequenceDraft, step: str) -> str:
    return f"{reverse('draft', args=[draft.pk])}#step-{step}"
