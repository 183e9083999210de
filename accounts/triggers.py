"""Database triggers shared by the models whose rows must outlive everybody."""

import pgtrigger


def not_truncated() -> pgtrigger.Trigger:
    """Refuses TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name="not_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
    )
