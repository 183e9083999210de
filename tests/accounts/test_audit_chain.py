"""The chain of audit events: whatever is changed behind its back is found, many may write at once, and nothing else may write at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import record
from accounts.chain import START, Head, entries, head, stored, verify
from accounts.export import COLUMNS, defused, exported, lines_read
from accounts.models import ApiToken, AuditEvent, Membership, Organisation
from accounts.viewer import viewer_of, viewer_of_token
from tests.make import make_member, make_organisation, make_token, make_viewer
from tests.race import race
from tests.truncation import allow_truncation

TABLE = "accounts_auditevent"
AWKWARD = {
    "reason": 'Sends “it” twice: "no" \\ \n\t\x7f 🚓 Ærø',
    "bb": [1, -2.50, 1e22, 1e-7, True, None, {"z": {}, "y": []}],
    "a": {"b": 0.1, "é": "\u2028", "zz": 12345678901234567890},
    "ten keys long": "=1+1",
}


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue().strip()
    return 0, out.getvalue().strip()


def chained() -> None:
    """What otherwise happens at commit."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


def write(count: int, **detail: Any) -> None:
    """Events of two organisations by two people, one after the other."""
    organisations = [make_organisation("hampshire"), make_organisation("met")]
    viewers = [viewer_of(make_member(organisation)) for organisation in organisations]
    for number in range(count):
        with transaction.atomic():
            organisation = organisations[number % 2]
            record(f"thing.done{number}", f"thing {number}", by=viewers[number % 2], organisation=organisation, step=number, **detail)


@pytest.fixture
def chain(db: None) -> Head:
    """Ten events; one by nobody, one by a token, one that says what is hard to write alike."""
    write(7)
    make_token("hampshire")  # token.issued, by nobody
    with transaction.atomic():
        record("robot.spoke", "thing", by=viewer_of_token(ApiToken.objects.get()), organisation=make_organisation("hampshire"))
        record("awkward.said", "Ærø “x”", by=make_viewer("met"), organisation=None, **AWKWARD)
    chained()
    return head()


# --- Numbers and hashes --------------------------------------------------------------------------------------------------
def test_events_are_numbered_without_a_gap_and_each_names_the_one_before(chain: Head) -> None:
    rows = list(AuditEvent.objects.order_by("pk").values_list("number", "previous", "hash"))
    assert [number for number, _, _ in rows] == list(range(1, 11))
    assert [previous for _, previous, _ in rows] == [START, *(hashed for _, _, hashed in rows[:-1])]
    assert chain == Head(10, rows[-1][2])
    assert run("audit_head") == (0, str(chain))
    assert run("verify_audit") == (0, f"10 events, unbroken, head {chain}")
    assert run("verify_audit", "--from", "4", "--head", str(chain)) == (0, f"7 events, unbroken, head {chain}")
    assert json.loads(run("verify_audit", "--json")[1]) == {"events": 10, "head": str(chain), "broken": None}


@pytest.mark.django_db
def test_an_audit_without_events_is_unbroken() -> None:
    assert run("audit_head") == (0, f"0:{START}")
    assert run("verify_audit") == (0, f"0 events, unbroken, head 0:{START}")


# What the database cannot hold is refused by it: NUL and halves of characters.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
# What the database cannot hold, it refuses: NUL and halves of characters.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from(["reason", "né", "aa", "b"]), VALUES), TEXTS, TEXTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_an_event_says_is_written_alike_here_and_in_the_database(detail: dict[str, Any], action: str, subject: str) -> None:
    before = head()
    with transaction.atomic():
        record(action, subject, by=None, organisation=None, **detail)
        chained()
        [entry] = stored(before.number + 1)
        assert verify([entry], after=before) == (Head(before.number + 1, entry.hash), None)
        said = json.loads(entry.text)
        assert (said["action"], said["subject"], list(said["detail"]) == sorted(detail, key=lambda key: (len(key.encode()), key.encode()))) == (
            action, subject, True,
        )  # fmt: skip


# --- The tamper drill (TRUST T15) ----------------------------------------------------------------------------------------
def rehash(number: int) -> None:
    """What somebody does who knows how hashes are made: one event's is made to fit what it says now."""
    entry = next(entries(AuditEvent.objects.filter(number=number)))
    sql(f"UPDATE {TABLE} SET hash = %s WHERE number = %s", sha256(entry.text.encode()).hexdigest(), number)


def rewrite(first: int) -> None:
    """The same for every event from ``first`` on, each naming the new hash before it."""
    for number in range(first, head().number + 1):
        before = AuditEvent.objects.get(number=number - 1).hash
        sql(f"UPDATE {TABLE} SET previous = %s WHERE number = %s", before, number)
        rehash(number)


def shift(number: int, by: int) -> None:
    """Renumbers what comes from ``number`` on."""
    sql(f"UPDATE {TABLE} SET number = -number WHERE number >= %s", number)
    sql(f"UPDATE {TABLE} SET number = %s - number WHERE number < 0", by)


def change(column: str, value: str) -> Callable[[], None]:
    return lambda: sql(f"UPDATE {TABLE} SET {column} = {value} WHERE number = 5")


def delete(*numbers: int) -> Callable[[], None]:
    return lambda: sql(f"DELETE FROM {TABLE} WHERE number = ANY(%s)", list(numbers))


def close_the_gap() -> None:
    delete(5)()
    shift(6, -1)
    rehash(5)


def insert(number: str) -> None:
    columns = "action, subject, detail, at, organisation_id, previous, hash"
    chosen = f"SELECT {number}, {columns} FROM {TABLE} WHERE action = 'thing.done3'"
    sql(f"INSERT INTO {TABLE} (number, {columns}) {chosen}")


def insert_between() -> None:
    shift(6, 1)
    insert("6")
    sql(f"UPDATE {TABLE} SET previous = (SELECT hash FROM {TABLE} WHERE number = 5) WHERE number = 6")
    rehash(6)


def insert_at_the_end() -> None:
    insert("11")


def insert_outside() -> None:
    insert("NULL")


def swap() -> None:
    sql(f"UPDATE {TABLE} SET number = -1 WHERE number = 5")
    sql(f"UPDATE {TABLE} SET number = 5 WHERE number = 6")
    sql(f"UPDATE {TABLE} SET number = 6 WHERE number = -1")


def swap_what_they_say() -> None:
    columns = "action, subject, detail, at, organisation_id, user_id"
    sql(f"UPDATE {TABLE} a SET ({columns}) = (SELECT {columns} FROM {TABLE} b WHERE b.number = 11 - a.number) WHERE number IN (5, 6)")


def change_and_rehash() -> None:
    change("subject", "'another thing'")()
    rehash(5)


def rewrite_previous() -> None:
    sql(f"UPDATE {TABLE} SET previous = %s WHERE number = 5", "ab" * 32)
    rehash(5)


def rename_organisation() -> None:
    Organisation.objects.filter(slug="hampshire").update(slug="hampshire-2")


def rewrite_all() -> None:
    change("subject", "'another thing'")()
    rewrite(5)


def replace_the_end() -> None:
    sql(f"UPDATE {TABLE} SET subject = 'another thing' WHERE number = 10")
    rehash(10)


FOUND = [  # what is done, the event that is named, and what is said of it
    (change("action", "'thing.undone'"), 5, "changed"),
    (change("subject", "'another thing'"), 5, "changed"),
    (change("at", "at + interval '1 microsecond'"), 5, "changed"),
    (change("detail", """'{"step": 40}'"""), 5, "changed"),
    (change("detail", "'{}'"), 5, "changed"),
    (change("organisation_id", "(SELECT id FROM accounts_organisation WHERE slug = 'met')"), 5, "changed"),
    (change("organisation_id", "NULL"), 5, "changed"),
    (change("user_id", f"(SELECT user_id FROM {TABLE} WHERE number = 6)"), 5, "changed"),
    (change("user_id", "NULL"), 5, "changed"),
    (change("token_id", "(SELECT id FROM accounts_apitoken)"), 5, "changed"),
    (change("id", "5000"), 5, "changed"),
    (change("hash", "repeat('a', 64)"), 5, "changed"),
    (change("number", "500"), 5, "removed"),
    (change("number", "NULL"), 5, "removed"),
    (delete(5), 5, "removed"),
    (delete(1), 1, "removed"),
    (delete(3, 4, 5), 3, "removed"),
    (close_the_gap, 5, "inserted"),
    (insert_between, 7, "changed"),
    (insert_at_the_end, 11, "changed"),
    (insert_outside, 0, "outside"),
    (swap, 5, "changed"),
    (swap_what_they_say, 5, "changed"),
    (change_and_rehash, 6, "inserted"),
    (rewrite_previous, 5, "inserted"),
    (rename_organisation, 1, "changed"),
]
FOUND_BY_THE_HEAD_THAT_WAS_KEPT = [
    (delete(10), 10, "truncated"),
    (delete(*range(1, 11)), 1, "truncated"),
    (rewrite_all, 10, "rewritten"),
    (replace_the_end, 10, "rewritten"),
]


@pytest.fixture
def untriggered(chain: Head) -> Iterator[Head]:
    """As the database's owner can make it: nothing refuses. Undone with the test."""
    sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    sql(f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_number_key")
    return chain


def label(value: Any) -> str | None:
    return value.__name__ if callable(value) else None


@pytest.mark.parametrize(("tamper", "number", "code"), FOUND, ids=label)
def test_what_was_tampered_with_is_found(untriggered: Head, tamper: Callable[[], None], number: int, code: str) -> None:
    tamper()
    status, said = run("verify_audit")
    assert (status, said.partition(":")[0]) == (1, f"Event {number} {code}")
    status, said = run("verify_audit", "--json", "--head", str(untriggered))
    assert (status, json.loads(said)["broken"]["code"], json.loads(said)["broken"]["number"]) == (1, code, number)


@pytest.mark.parametrize(("tamper", "number", "code"), FOUND_BY_THE_HEAD_THAT_WAS_KEPT, ids=label)
def test_what_fits_together_again_is_found_by_a_head_kept_elsewhere(
    untriggered: Head, tamper: Callable[[], None], number: int, code: str
) -> None:
    tamper()
    assert run("verify_audit")[0] == 0
    status, said = run("verify_audit", "--head", str(untriggered))
    assert (status, said.partition(":")[0]) == (1, f"Event {number} {code}")


def test_an_event_that_stands_twice_is_found(untriggered: Head) -> None:
    sql(f"UPDATE {TABLE} SET number = 5 WHERE number = 6")
    assert "Event 5" in run("verify_audit")[1]


def test_what_is_not_read_is_not_vouched_for(untriggered: Head) -> None:
    change("subject", "'another thing'")()
    assert run("verify_audit", "--from", "7")[0] == 0
    delete(6)()
    assert run("verify_audit", "--from", "7") == (1, "Event 6 removed: it is missing.")


@pytest.mark.parametrize("wrong", ["12", "x:y", "3:" + "g" * 64, "3:" + "a" * 63])
def test_a_head_that_is_none_is_refused(chain: Head, wrong: str) -> None:
    with pytest.raises(CommandError, match="is no head"):
        run("verify_audit", "--head", wrong)


def test_a_head_before_the_beginning_and_a_number_below_one_are_refused(chain: Head) -> None:
    with pytest.raises(CommandError, match="begin earlier"):
        run("verify_audit", "--from", "11", "--head", str(chain))
    with pytest.raises(CommandError, match="numbered from 1"):
        run("verify_audit", "--from", "0")


# --- What programs may not do -------------------------------------------------------------------------------------------
def ignored() -> None:
    """What lets things pass triggers that pgtrigger has made."""
    names = [trigger.get_pgid(AuditEvent) for trigger in AuditEvent._meta.triggers]  # type: ignore[attr-defined]
    sql("SELECT set_config('pgtrigger.ignore', %s, true)", "{" + ",".join(names) + "}")


CHANGES = [
    lambda: AuditEvent.objects.filter(number=5).update(subject="another"),
    lambda: AuditEvent.objects.filter(number=5).update(number=None),
    lambda: AuditEvent.objects.filter(number=5).delete(),
    lambda: AuditEvent.objects.get(number=5).delete(),
    lambda: sql(f"UPDATE {TABLE} SET hash = '' WHERE number = 5"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_events_are_neither_changed_nor_removed(chain: Head, change: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change()
    ignored()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change()
    assert run("verify_audit")[0] == 0


@pytest.mark.django_db
def test_an_event_not_chained_yet_is_neither_changed_nor_removed_and_gets_the_next_place() -> None:
    record("thing.done", "thing", by=None, organisation=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.all().delete()
    for changed in ({"subject": "another"}, {"detail": {"a": 1}}, {"number": 77, "action": "thing.undone"}, {"user": make_member()}):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            AuditEvent.objects.update(**changed)
    AuditEvent.objects.update(number=77, hash="a" * 64, previous="b" * 64)
    event = AuditEvent.objects.get()
    assert (event.subject, event.number, event.previous) == ("thing", 1, START)
    assert verify(stored())[1] is None


@pytest.mark.django_db
def test_the_table_is_not_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_not_truncated%%' AND tgrelid = %s::regclass", [TABLE])
        sql(f"ALTER TABLE {TABLE} ENABLE TRIGGER {cursor.fetchone()[0]}")
    with pytest.raises(DatabaseError, match="Cannot truncate"), transaction.atomic():
        sql(f"TRUNCATE {TABLE}")


@pytest.mark.django_db
def test_a_program_can_give_neither_place_nor_time() -> None:
    AuditEvent.objects.create(
        action="forged", subject="thing", number=900, hash="a" * 64, previous="b" * 64, at="2001-01-01T00:00:00Z", detail={}
    )
    event = AuditEvent.objects.get()
    assert (event.number, event.hash, event.previous, event.at.year > 2020) == (None, "", "", True)
    ignored()
    chained()
    assert run("verify_audit")[1].startswith("1 events, unbroken")


@pytest.mark.django_db
def test_a_role_that_may_only_add_can_work_and_change_nothing() -> None:
    """As docs/operating.md grants it: the chain is written by the rights of the tables' owner."""
    sql("CREATE ROLE portal_of_test")
    sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_of_test")
    sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_of_test")
    sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLE} FROM portal_of_test")
    sql("SET LOCAL ROLE portal_of_test")
    record("thing.done", "thing", by=None, organisation=None)
    chained()
    for statement in (
        f"UPDATE {TABLE} SET subject = ''",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE TRIGGER USER",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            sql(statement)
    sql("RESET ROLE")
    assert run("verify_audit")[1].startswith("1 events, unbroken")


# --- Many at once -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_twenty_writers_leave_neither_gap_nor_break_and_what_is_rolled_back_leaves_nothing() -> None:
    organisation = make_organisation("hampshire")

    def work(writer: int) -> None:
        for turn in range(10):
            try:
                with transaction.atomic():
                    record("thing.begun", f"{writer}.{turn}", by=None, organisation=organisation)
                    if turn % 3 == 0:
                        with transaction.atomic():
                            record("thing.part", f"{writer}.{turn}", by=None, organisation=organisation)
                    if turn % 3 == 1:
                        raise LookupError
                    record("thing.done", f"{writer}.{turn}", by=None, organisation=organisation)
            except LookupError:
                pass

    assert race(20, work) == [None] * 20
    assert AuditEvent.objects.count() == 20 * (4 * 3 + 3 * 2)
    numbers = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert run("verify_audit") == (0, f"{len(numbers)} events, unbroken, head {head()}")


@pytest.mark.django_db(transaction=True)
def test_writers_who_hold_each_others_rows_do_not_block_each_other() -> None:
    """One records, then writes rows of an organisation; the other holds that organisation's row and records.

    Were the chain locked any earlier, each would wait for the other.
    """
    organisation = make_organisation("hampshire")
    people = [make_member("met").pk for _ in range(40)]

    def work(writer: int) -> None:
        for turn in range(10):
            with transaction.atomic():
                if writer % 2:
                    record("thing.done", "thing", by=None, organisation=None)
                    Membership.objects.create(user_id=people[writer * 10 // 2 + turn - 5], organisation=organisation, role="viewer")
                else:
                    Organisation.objects.select_for_update().get(pk=organisation.pk)
                    record("thing.done", "thing", by=None, organisation=None)

    assert race(8, work) == [None] * 8
    assert run("verify_audit")[1].startswith("80 events, unbroken")


# --- An installation that has events already -----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_events_that_are_there_are_chained_when_the_chain_comes() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("accounts", "0002_rate_bucket")])
    try:
        sql(
            "INSERT INTO accounts_organisation (slug, name, kind, language, website, is_active) VALUES ('old', 'Old', 'police', 'da', '', true)"
        )
        columns = "action, subject, organisation_id, detail, at"
        values = (
            "'thing.done', 'thing ' || n, (SELECT id FROM accounts_organisation), jsonb_build_object('n', n), now() - n * interval '1 day'"
        )
        sql(f"INSERT INTO {TABLE} ({columns}) SELECT {values} FROM generate_series(1, 300) n")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        allow_truncation()
    # As the version before still writes, while it is being replaced.
    sql(f"INSERT INTO {TABLE} (action, subject, detail) VALUES ('thing.done', 'by the old version', '{{}}')")
    assert run("verify_audit")[1].startswith("301 events, unbroken")
    assert AuditEvent.objects.order_by("number").values_list("subject", flat=True)[0] == "thing 1"


# --- Exports ------------------------------------------------------------------------------------------------------------
def test_an_export_verifies_itself(chain: Head, tmp_path: Path) -> None:
    lines = list(exported(stored(), "jsonl"))
    file = tmp_path / "audit.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    assert run("verify_audit", "--file", str(file), "--head", str(chain)) == (0, f"10 events, unbroken, head {chain}")
    for line in lines:  # as somebody else would, in any language
        before, _, event = line.removesuffix("}\n").partition(', "event": ')
        assert json.loads(before + "}")["hash"] == sha256(event.encode()).hexdigest()
    file.write_text("".join(lines).replace("thing 4", "thing 5"), encoding="utf-8")
    assert run("verify_audit", "--file", str(file)) == (1, "Event 5 changed: its hash is not that of what it says.")
    file.write_text("".join(lines[:3] + lines[4:]), encoding="utf-8")
    assert run("verify_audit", "--file", str(file))[1].startswith("Event 4 removed")


@pytest.mark.parametrize("line", ["", "{}\n", "[]\n", "nonsense\n", '{"hash": 1, "event": {}}\n', '{"event": {}, "hash": ""}\n'])
def test_a_file_that_is_no_export_is_refused(db: None, line: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(line or "\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Line 1 is no line of an export"):
        run("verify_audit", "--file", str(file))
    with pytest.raises(CommandError, match="No such file"):
        run("verify_audit", "--file", str(tmp_path / "none"))


def test_a_spreadsheet_takes_no_cell_for_a_formula(chain: Head) -> None:
    with transaction.atomic():
        record("thing.done", '=HYPERLINK("http://x")', by=None, organisation=None)
    chained()
    rows = list(csv.reader(io.StringIO("".join(exported(stored(), "csv")))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 12
    assert rows[-1][3] == '\'=HYPERLINK("http://x")'
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    assert [defused(value) for value in ("-1", "@x", "\tx", "fine", "", 7, None)] == ["'-1", "'@x", "'\tx", "fine", "", 7, None]


def test_lines_are_read_as_they_were_written(chain: Head) -> None:
    assert list(lines_read(exported(stored(), "jsonl"))) == list(stored())
