"""Templates take their tags from two libraries at once: a name in both would mean another thing than its template expects."""

from __future__ import annotations

from registry.web.templatetags import benefits, moothall


def test_no_two_tags_share_a_name() -> None:
    names = [{*each.register.tags, *each.register.filters} for each in (moothall, benefits)]
    assert names[0] & names[1] == set()
