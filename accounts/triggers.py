"""Database triggers shared by the models whose rows must outlive everybody."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.models import Model


def not_truncated() -> pgtrigger.Trigger:
    """Refuses TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name="not_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
    )


# --- The chain of audit events, which accounts/chain.py verifies ----------------------------------------------------------
class _Own(pgtrigger.Trigger):
    """A trigger on ``function``, made by the migration 0003_audit_chain: one that pgtrigger makes can be told to let things pass."""

    def __init__(self, *, function: str, **options: Any) -> None:
        self.function = function
        super().__init__(func="RAISE EXCEPTION 'not in use';", **options)

    def render_execute(self, model: type[Model]) -> str:
        return f"{self.function}()"


def unchained() -> pgtrigger.Trigger:
    """An event comes in without a place in the chain, and at the database's time, whatever the program says."""
    return _Own(name="unchained", function="accounts_audit_unchained", when=pgtrigger.Before, operation=pgtrigger.Insert)


def append_only() -> pgtrigger.Trigger:
    """Refuses to change or remove an event. The one exception is its place in the chain, which this trigger alone gives, once."""
    operation = pgtrigger.Update | pgtrigger.Delete
    return _Own(name="append_only", function="accounts_audit_append_only", when=pgtrigger.Before, operation=operation)


def chained() -> pgtrigger.Trigger:
    """Gives an event its place when its transaction is about to commit, so that the chain is locked for the commit alone.

    Deferred twice: at commit the event is first touched only, which puts it behind whatever else was deferred. Foreign keys are checked
    then, and wait for others' row locks; nothing may wait so while it holds the chain, or two transactions could block each other.
    """
    return _Own(
        name="chained",
        function="accounts_audit_chained",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__number__isnull=True),
    )
