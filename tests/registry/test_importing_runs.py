"""Runs by platforms' own names: which release they lead to, what of them is counted only, and that nothing else of them is kept anywhere."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from accounts.tokens import find_token
from accounts.viewer import Viewer, viewer_of_token
from registry.actions.import_runs import Imported, import_logs, import_runs
from registry.actions.map_run_name import map_run_name, unmap_run_name
from registry.actions.open_run_hook import close_run_hook, open_run_hook, renew_run_hook
from registry.actions.receive_delivery import Unsigned, receive_delivery
from registry.errors import Conflict, NotAllowed, Refused
from registry.releases.models import ProvidedName, Release
from registry.telemetry.adapters import uipath
from registry.telemetry.models import HeldEvent, RunEvent, RunHook, RunId, RunName, UnknownName
from registry.telemetry.sources import MAX_UNKNOWN, forget_old_names, forget_sources, note_unknown, unknown_names
from tests.make import make_adoption, make_organisation, make_release, make_token, make_viewer, opt_in
from tests.registry.telemetry.test_runs_otlp import attribute, export, record
from tests.registry.telemetry.test_runs_uipath import CANARY, item_event, job_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher() -> Viewer:
    """Somebody who answers for the Met, which reports its runs."""
    opt_in("met")
    return make_viewer("met")


def token(organisation: str = "met", *scopes: str, modules: tuple[str, ...] = ()) -> Viewer:
    found = find_token(make_token(organisation, scopes or ("telemetry",), modules=modules))
    assert found is not None
    return viewer_of_token(found)


def provided(release: Release, name: str = "VictimUpdate", ecosystem: str = "nuget") -> Release:
    ProvidedName.objects.create(release=release, ecosystem=ecosystem, name=name.casefold())
    return release


def released(identifier: str = "hampshire/victim-update", version: str = "1.0.3", **more: Any) -> Release:
    return make_release(identifier, version, **more)


def now(**ago: float) -> str:
    return (timezone.now() - timedelta(**ago)).isoformat()


def job(kind: str = "job.completed", **given: Any) -> dict[str, Any]:
    return job_event(kind, **{"StartTime": now(minutes=2), "EndTime": now(minutes=1)} | given)


def delivered(hook: RunHook, event: object, secret: str = "") -> Imported:
    body = json.dumps(event).encode()
    return receive_delivery(key=hook.key, body=body, signature=uipath.signature_of(body, secret or hook.secret))


def sent(folder: Path, text: str, by: Viewer, **given: str) -> Imported:
    path = folder / "sent.csv"
    path.write_text(text, encoding="utf-8")
    return import_runs(path=path, filename="sent.csv", by=by, **{"zone": "UTC", "dates": "dmy"} | given)


def row(name: str = "VictimUpdate", version: str = "1.0.3", **ago: float) -> str:
    ago = ago or {"minutes": 5}
    return f"{name},{version},{now(**ago)},60,Successful\n"


HEADINGS = "Process,Process Version,Started,Duration,State\n"


# --- Which release it is --------------------------------------------------------------------------------------------------
def test_a_package_that_the_registry_knows_needs_no_word(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    done = sent(tmp_path, HEADINGS + row() + row("victimupdate", minutes=6), publisher)
    assert (done.accepted, done.unknown, done.refused) == (2, Counter(), 0)
    assert {(run.organisation, run.module, run.version) for run in RunEvent.objects.all()} == {("met", "hampshire/victim-update", "1.0.3")}


def test_a_name_that_two_modules_carry_is_nobodys(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    provided(released("wiltshire/victim-update"))
    assert sent(tmp_path, HEADINGS + row(), publisher).unknown == Counter({"VictimUpdate": 1})


@pytest.mark.parametrize("visibility", ["own", "named"])
def test_what_is_hidden_answers_as_what_does_not_exist(tmp_path: Path, publisher: Viewer, visibility: str) -> None:
    make_organisation("wiltshire")
    provided(released(visibility=visibility, share_with=("wiltshire",) if visibility == "named" else ()))
    hidden = sent(tmp_path, HEADINGS + row(), publisher)
    absent = sent(tmp_path, HEADINGS + row("Nowhere"), publisher)
    assert (hidden.accepted, hidden.unknown) == (0, Counter({"VictimUpdate": 1}))
    assert (absent.accepted, absent.unknown) == (0, Counter({"Nowhere": 1}))
    text = "module,version,started,duration,outcome\n{},1.0.3,{},60,completed\n"
    named, nowhere = (sent(tmp_path, text.format(name, now()), publisher) for name in ("hampshire/victim-update", "hampshire/nowhere"))
    assert named == nowhere
    assert [problem.code for problem in named.problems] == ["module_unknown"]
    for module in ("hampshire/victim-update", "hampshire/nowhere"):
        with pytest.raises(Refused) as refused:
            map_run_name(source="uipath", name="X", module=module, version="", by=publisher)
        assert (refused.value.code, refused.value.message) == ("module_unknown", "Your organisation sees no such module.")


def test_a_release_that_is_not_listed_is_not_there(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    provided(released(version="1.1.0", checked=False))
    done = sent(tmp_path, HEADINGS + row(version="1.1.0") + row(version="1.0.3"), publisher)
    assert (done.accepted, done.unknown) == (1, Counter({"VictimUpdate 1.1.0": 1}))


def test_versions_are_led_by_the_rule_for_artefacts(tmp_path: Path, publisher: Viewer) -> None:
    provided(released(version="1.2.0"))
    done = sent(tmp_path, HEADINGS + row(version="1.2") + row(version="1.2.0.0", minutes=7) + row(version="1.3"), publisher)
    assert (done.accepted, done.unknown) == (2, Counter({"VictimUpdate 1.3": 1}))


def test_without_a_version_it_is_the_one_stated_in_use(tmp_path: Path, publisher: Viewer) -> None:
    first = provided(released(version="1.0.0"))
    assert sent(tmp_path, HEADINGS + row(version=""), publisher).accepted == 1, "there is but one"
    second = released(version="1.1.0")
    assert sent(tmp_path, HEADINGS + row(version="", minutes=6), publisher).unknown == Counter({"VictimUpdate": 1})
    make_adoption(first, Organisation.objects.get(slug="met"))
    assert sent(tmp_path, HEADINGS + row(version="", minutes=7), publisher).accepted == 1
    make_adoption(second, make_organisation("wiltshire"))  # what others run says nothing of us
    assert sent(tmp_path, HEADINGS + row(version="", minutes=8), publisher).accepted == 1
    assert set(RunEvent.objects.values_list("version", flat=True)) == {"1.0.0"}


def test_what_an_organisation_says_goes_before_what_a_package_is_called(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    released("wiltshire/letters", "2.0.0")
    map_run_name(source="uipath", name=" victimUPDATE ", module="wiltshire/letters", version="2.0.0", by=publisher)
    uipath_export = HEADINGS.replace("Process,", "Process,Host Identity,").replace("Process Version", "Package version")
    done = sent(tmp_path, uipath_export + row("VictimUpdate,robot-7"), publisher)
    assert done.accepted == 1
    assert RunEvent.objects.get().module == "wiltshire/letters"
    map_run_name(source="uipath", name="VictimUpdate", module="", version="", by=publisher)
    done = sent(tmp_path, uipath_export + row("VictimUpdate,robot-7", minutes=9), publisher)
    assert (done.accepted, done.ignored, done.unknown) == (0, 1, Counter())
    assert RunName.objects.count() == 1
    unmap_run_name(row=RunName.objects.get(), by=publisher)
    assert sent(tmp_path, uipath_export + row("VictimUpdate,robot-7", minutes=10), publisher).accepted == 1
    assert RunEvent.objects.filter(module="hampshire/victim-update").count() == 1
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="run_name.").order_by("pk")] == [
        "run_name.mapped",
        "run_name.mapped",
        "run_name.unmapped",
    ]


def test_names_of_one_organisation_mean_nothing_to_another(tmp_path: Path, publisher: Viewer) -> None:
    opt_in("wiltshire")
    released()
    map_run_name(source="table", name="Ours", module="hampshire/victim-update", version="", by=publisher)
    assert sent(tmp_path, HEADINGS + row("Ours"), make_viewer("wiltshire")).unknown == Counter({"Ours": 1})
    unmap_run_name(row=RunName.objects.get(), by=make_viewer("wiltshire"))
    assert RunName.objects.count() == 1


def test_a_batch_asks_in_a_fixed_number_of_queries(tmp_path: Path, publisher: Viewer) -> None:
    for number in range(4):
        provided(released(f"hampshire/module-{number}", "1.0.3"), f"Name{number}")
    counts = []
    for names in (1, 4):
        rows = "".join(row(f"Name{number % names}", minutes=number + names * 100) for number in range(40))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert sent(tmp_path, HEADINGS + rows, publisher).accepted == 40
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30


# --- Files ----------------------------------------------------------------------------------------------------------------
def test_an_export_sent_twice_counts_once(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    text = HEADINGS + row() + row(minutes=8) + row(days=200)
    assert (first := sent(tmp_path, text, publisher)).accepted == 2
    assert first.held == 1, "what is that old waits for a word of the organisation"
    again = sent(tmp_path, text, publisher)
    assert (again.accepted, again.duplicates, again.held) == (0, 3, 0)
    assert (RunEvent.objects.count(), HeldEvent.objects.count()) == (2, 1)
    events = AuditEvent.objects.filter(action="runs.imported")
    assert [event.detail["accepted"] for event in events.order_by("pk")] == [2, 0]


def test_a_job_that_its_webhook_told_counts_once_with_the_export(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    hook = open_run_hook(by=publisher)
    event = job()
    assert delivered(hook, event).accepted == 1
    text = f"Key,Process,Package version,Started (absolute),Ended (absolute),State\n{event['Job']['Key']},VictimUpdate,1.0.3,{now(minutes=2)},{now(minutes=1)},Successful\n"
    assert sent(tmp_path, text, publisher).duplicates == 1


def test_thousands_of_rows_come_in_one_file(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    start = timezone.now() - timedelta(days=1)
    rows = "".join(f"VictimUpdate,1.0.3,{(start + timedelta(seconds=number)).isoformat()},1,Successful\n" for number in range(12_000))
    assert sent(tmp_path, HEADINGS + rows, publisher).accepted == 12_000


def test_nothing_is_read_before_opting_in(tmp_path: Path) -> None:
    by, text = make_viewer("met"), "no table at all"
    with pytest.raises(NotAllowed) as refused:
        sent(tmp_path, text, by)
    assert refused.value.code == "runs_not_opted_in"
    with pytest.raises(NotAllowed):
        import_logs(body=b"no json", by=token())
    assert not RunId.objects.exists()


def test_who_may_send(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    text = HEADINGS + row()
    for by in (make_viewer("met", "viewer"), make_viewer("met", "reviewer"), token("met", "read", "publish"), Viewer()):
        with pytest.raises(NotAllowed):
            sent(tmp_path, text, by)
    assert sent(tmp_path, text, token()).accepted == 1
    with pytest.raises(NotAllowed):
        import_logs(body=export(record()), by=publisher)


def test_a_token_bound_to_modules_reports_those_alone(tmp_path: Path, publisher: Viewer) -> None:
    provided(released())
    provided(released("hampshire/letters", "2.0.0"), "Letters")
    text = HEADINGS + row() + row("Letters", "2.0.0")
    by = token()
    object.__setattr__(by, "modules", ("hampshire/letters",))
    done = sent(tmp_path, text, by)
    assert (done.accepted, [problem.code for problem in done.problems]) == (1, ["token_out_of_scope"])


@pytest.mark.parametrize("given", [{"zone": "Mars/Base"}, {"zone": "../etc/passwd"}, {"dates": "ymd"}])
def test_a_clock_that_is_not_offered_is_refused(tmp_path: Path, publisher: Viewer, given: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        sent(tmp_path, HEADINGS + row(), publisher, **given)
    assert refused.value.code == "value_invalid"


# --- Logs -----------------------------------------------------------------------------------------------------------------
def test_log_records_are_stored_and_sent_again_count_once(publisher: Viewer) -> None:
    released(version="1.2.0")
    stamp = str(int(timezone.now().timestamp()) * 10**9)
    body = export(record(timeUnixNano=stamp), record({"module": "hampshire/nowhere"}, timeUnixNano=stamp))
    first, again = import_logs(body=body, by=token()), import_logs(body=body, by=token())
    assert (first.accepted, first.refused, again.duplicates) == (1, 1, 1)
    assert RunEvent.objects.get().items == 3


# --- The webhook ----------------------------------------------------------------------------------------------------------
def test_a_delivery_counts_once_whatever_happens(publisher: Viewer) -> None:
    provided(released())
    hook, event = open_run_hook(by=publisher), job("job.faulted")
    assert (delivered(hook, event).accepted, delivered(hook, event).duplicates) == (1, 1)
    run = RunEvent.objects.get()
    assert (run.organisation, run.outcome, run.items) == ("met", 3, 1)
    hook.refresh_from_db()
    assert hook.last_on == timezone.now().date()


def test_a_delivery_that_proves_nothing_is_not_looked_at(publisher: Viewer) -> None:
    provided(released())
    hook = open_run_hook(by=publisher)
    body = json.dumps(job()).encode()
    good = uipath.signature_of(body, hook.secret)
    answers = set()
    for key, sent_body, signature in [
        (hook.key, body, ""),
        (hook.key, body + b" ", good),
        (hook.key, b"no json", good),
        (hook.key, body, uipath.signature_of(body, "0" * 43)),
        ("0" * 43, body, uipath.signature_of(body, "0" * 43)),
        ("", body, uipath.signature_of(body, "")),
        ("met", body, good),
    ]:
        with pytest.raises(Unsigned) as refused:
            receive_delivery(key=key, body=sent_body, signature=signature)
        answers.add(str(vars(refused.value)))
    assert len(answers) == 1, "a wrong signature and no webhook answer alike"
    assert not RunId.objects.exists()


def test_another_secret_ends_the_former_and_closing_ends_all(publisher: Viewer) -> None:
    provided(released())
    hook = open_run_hook(by=publisher)
    before = hook.secret
    with pytest.raises(Conflict), transaction.atomic():
        open_run_hook(by=publisher)
    hook = renew_run_hook(by=publisher)
    assert hook.secret != before
    with pytest.raises(Unsigned):
        delivered(hook, job(), before)
    assert delivered(hook, job()).accepted == 1
    close_run_hook(by=publisher)
    with pytest.raises(Unsigned):
        delivered(hook, job())
    with pytest.raises(Conflict):
        renew_run_hook(by=publisher)
    assert open_run_hook(by=publisher).key != hook.key
    acts = AuditEvent.objects.filter(action__startswith="run_hook.").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["run_hook.opened", "run_hook.renewed", "run_hook.closed", "run_hook.opened"]


def test_secrets_are_the_installations_own(publisher: Viewer, settings: Any) -> None:
    hook = open_run_hook(by=publisher)
    kept, other = hook.secret, RunHook(organisation="x", key=hook.key, generation=2, opened_at=timezone.now())
    assert len(kept) == 43
    assert other.secret != kept
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of this installation, quite as long", [settings.SECRET_KEY]
    assert hook.secret != kept
    provided(released())
    assert delivered(hook, job(), kept).accepted == 1, "a former key of the installation still counts while it is kept"


def test_only_those_who_answer_for_the_organisation_open_a_webhook(publisher: Viewer) -> None:
    for by in (make_viewer("met", "viewer"), token("met", "telemetry", "publish"), Viewer()):
        for act in (open_run_hook, renew_run_hook, close_run_hook):
            with pytest.raises(NotAllowed):
                act(by=by)
        with pytest.raises(NotAllowed):
            map_run_name(source="uipath", name="X", module="", version="", by=by)


def test_a_webhook_takes_nothing_without_consent_nor_of_a_closed_organisation(publisher: Viewer) -> None:
    provided(released())
    hook = open_run_hook(by=publisher)
    Organisation.objects.filter(slug="met").update(is_active=False)
    with pytest.raises(Unsigned):
        delivered(hook, job())
    Organisation.objects.filter(slug="met").update(is_active=True)
    opt_in("met", opted_out_at=timezone.now())
    with pytest.raises(NotAllowed):
        delivered(hook, job())
    assert not RunId.objects.exists()


def test_queue_items_count_when_the_queue_stands_for_something(publisher: Viewer) -> None:
    released()
    hook = open_run_hook(by=publisher)
    event = item_event()
    event["QueueItem"] |= {"StartProcessing": now(minutes=2), "EndProcessing": now(minutes=1)}
    assert delivered(hook, event).unknown == Counter({"Victims": 1})
    map_run_name(source="uipath_queue", name="Victims", module="hampshire/victim-update", version="", by=publisher)
    assert not UnknownName.objects.exists()
    assert delivered(hook, event).accepted == 1


# --- Names that lead nowhere ----------------------------------------------------------------------------------------------
def test_unknown_names_are_counted_and_forgotten(tmp_path: Path, publisher: Viewer) -> None:
    sent(tmp_path, HEADINGS + row("Pay fines") + row("Pay fines", minutes=9) + row("Other"), publisher)
    assert [(row.name, row.runs) for row in unknown_names("met")] == [("Pay fines", 2), ("Other", 1)]
    assert unknown_names("wiltshire") == []
    UnknownName.objects.filter(name="Other").update(last_on=timezone.now().date() - timedelta(days=31))
    assert [row.name for row in unknown_names("met")] == ["Pay fines"]
    assert forget_old_names() == 1
    forget_sources("met")
    assert not UnknownName.objects.exists()


def test_no_more_than_so_many_unknown_names_are_kept(tmp_path: Path, publisher: Viewer) -> None:
    sent(tmp_path, HEADINGS + "".join(row(f"Name {number}") for number in range(300)), publisher)
    assert UnknownName.objects.count() == MAX_UNKNOWN
    sent(tmp_path, HEADINGS + row("Name 7") + row("Yet another"), publisher)
    assert UnknownName.objects.get(name="Name 7").runs == 2
    assert not UnknownName.objects.filter(name="Yet another").exists()
    note_unknown("met", Counter())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"source": "otlp"}, "source_unknown"),
        ({"name": " "}, "name_invalid"),
        ({"name": "x" * 121}, "name_invalid"),
        ({"module": "no identifier"}, "identifier_invalid"),
        ({"version": "9.9.9"}, "version_unknown"),
        ({"module": "", "version": "1.0.3"}, "module_missing"),
    ],
)
def test_a_meaning_that_is_none_is_refused(publisher: Viewer, given: dict[str, str], code: str) -> None:
    released()
    usual = {"source": "uipath", "name": "X", "module": "hampshire/victim-update", "version": ""}
    with pytest.raises(Refused) as refused:
        map_run_name(**usual | given, by=publisher)
    assert refused.value.code == code
    assert not RunName.objects.exists()


# --- What is never kept ---------------------------------------------------------------------------------------------------
def everything() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        rows = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_of_persons_cases_and_machines_nothing_is_kept_logged_or_said(
    tmp_path: Path, publisher: Viewer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provided(released())
    hook, said = open_run_hook(by=publisher), []
    for event in (job(), job(Release={"ProcessKey": "Unknown", "Name": CANARY}), item_event(), job("job.created"), job(StartTime=CANARY)):
        said.append(delivered(hook, event))
    for bad in ({"Type": "job.completed", "Job": CANARY}, {"Type": "job.completed", "Job": {"Key": CANARY}}):
        with pytest.raises(Refused) as refused:
            delivered(hook, bad)
        said.append(vars(refused.value))
    headings = HEADINGS.strip() + ",User,Machine,Arguments,Case\n"
    rows = [row().strip(), row(minutes=9).strip().replace("Successful", CANARY), f"VictimUpdate,{CANARY},{now()},60,Successful"]
    said.append(sent(tmp_path, headings + "".join(f"{each},{CANARY},{CANARY},{CANARY},{CANARY}\n" for each in rows), publisher))
    with pytest.raises(Refused) as refused:
        sent(tmp_path, f"{CANARY},B\n1,2\n", publisher)
    said.append(vars(refused.value))
    said.append(
        import_logs(
            body=export(record(), {"attributes": [attribute("moothall.module", CANARY), attribute("moothall.items", CANARY)]}), by=token()
        )
    )
    assert CANARY not in repr(said)
    assert CANARY not in caplog.text
    kept = everything()
    assert "hampshire/victim-update" in kept
    assert CANARY not in kept
