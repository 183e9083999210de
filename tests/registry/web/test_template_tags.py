"""Templates take their tags from two libraries at once: a name in both would mean another thing than its template expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import get_template

from config.env import ROOT
from registry.web.templatetags import benefits, moothall

TEMPLATES = ROOT / "templates"


def test_no_two_tags_share_a_name() -> None:
    names = [{*each.register.tags, *each.register.filters} for each in (moothall, benefits)]
    assert names[0] & names[1] == set()


@pytest.mark.parametrize("path", sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html")), ids=str)
def test_every_template_can_be_read(path: Path) -> None:
    """A tag or filter that is not there is found here, not by whoever opens a rare page."""
    assert get_template(str(path))
