"""Whether anything was written: every row of every table by where and by whom it was written, so that no write escapes."""

from __future__ import annotations

from django.db import connection

# What any request may write, by name; whatever else changes was written by what the request asked for.
BY_THE_WAY = {
    "django_session": "whom a browser belongs to",
    "accounts_ratebucket": "how often somebody may call",
    "cache": "how often somebody may try to sign in",
}
# Columns that may be written by the way in a table that otherwise may not: of these tables the contents count.
COLUMNS_BY_THE_WAY = {"accounts_apitoken": "last_used_at"}


def rows() -> dict[str, str]:
    """For each table a digest of its rows' places and the transactions that wrote them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall() if name not in BY_THE_WAY]
        cursor.execute(" UNION ALL ".join(_digest(name) for name in names))
        return dict(cursor.fetchall())


def _digest(table: str) -> str:
    column = COLUMNS_BY_THE_WAY.get(table)
    row = f"(to_jsonb(t) - '{column}')::text" if column else "t.ctid::text || t.xmin::text"
    return f"SELECT '{table}', md5(coalesce(string_agg({row}, ' ' ORDER BY {row}), '')) FROM \"{table}\" AS t"
