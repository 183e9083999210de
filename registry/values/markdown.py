"""README files and change notes: Markdown to HTML that can do nothing."""

from __future__ import annotations

import functools

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "ul", "ol", "li", "strong", "em", "del", "s", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@functools.cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("gfm-like", {"html": False, "linkify": True})


def to_html(source: str) -> str:
    """``source`` (CommonMark with tables and links) as HTML without scripts, styles, images or addresses other than web and mail.

    Headings begin at the second level, below the page's own.
    """
    if not source.strip():
        return ""
    tokens = _renderer().parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        elif side := token.attrs.pop("style", None):  # of a table's cell; the page's policy allows no styles
            token.attrs["align"] = str(side).removeprefix("text-align:")
    rendered = _renderer().renderer.render(tokens, _renderer().options, {})
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
