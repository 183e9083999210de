"""Pages that are watched: what a page complains of, or asks of anybody but the installation, fails the test that opened it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
AXE = Axe().axe_script
OWN_SCHEMES = ("data", "blob", "about")

# What sticks out of the window, but for what lies in a region that scrolls by itself.
STICKING_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const clipped = (each) => { for (let up = each.parentElement; up && up !== document.body; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== "visible") return true; return false; };
  const out = [...document.body.querySelectorAll("*")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.right + window.scrollX > root.clientWidth + 0.5 && box.width > 1 && !clipped(each);
  });
  return [`${root.scrollWidth} px of ${root.clientWidth}`, ...out.slice(0, 5).map((each) => each.outerHTML.slice(0, 160))];
}"""


@dataclass
class Watch:
    """Everything that a context's pages said and asked for and should not have."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    _documents: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext, expected: str = "") -> None:
        """Listen to ``context``; a test may expect one thing in its console."""
        context.on("console", lambda message: None if expected and expected in message.text else self._said(message))
        context.on("weberror", self._threw)
        context.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # The browser notes every answer from 400 on; of a whole page that is what some tests ask for.
        about_document = (
            message.text.startswith("Failed to load resource") and str(message.location.get("url")).partition("#")[0] in self._documents
        )
        if message.type in ("error", "warning", "assert") and not about_document:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _threw(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request():
            self._documents.add(request.url.partition("#")[0])
        address = urlsplit(request.url)
        if address.scheme not in OWN_SCHEMES and f"{address.scheme}://{address.netloc}" != self.origin:
            self.complaints.append(f"asked for {request.url}")

    def check(self) -> None:
        """Fail with all that was noted since the last check."""
        noted, self.complaints = self.complaints, []
        assert not noted, "\n".join(noted)


def barriers(page: Page) -> str:
    """What axe finds wrong, a line for each element; empty when nothing is."""
    if page.evaluate("typeof axe") == "undefined":  # put in once a page; it is half a megabyte
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(document, options).then(told => told.violations)", OPTIONS)
    return "\n".join(
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n    {' '.join(map(str, node['target']))}\n    {node['html'][:200]}"
        f"\n    {'; '.join(each['message'] for each in node['any'] + node['all'] + node['none'])}"
        for rule in found
        for node in rule["nodes"]
    )


def sideways(page: Page, width: int) -> list[str]:
    """What makes the page scroll sideways in a window of ``width``; empty when nothing does."""
    page.set_viewport_size({"width": width, "height": 900})
    found: list[str] = page.evaluate(STICKING_OUT)
    return found


def check_page(page: Page, *, javascript: bool = True) -> None:
    """What must hold of every page: a title, one first heading, nothing axe finds, nothing that scrolls sideways.

    Axe is a script with timers, and would wait for ever where ``javascript`` is off.
    """
    assert page.title().endswith("Moothall") or page.title().startswith("Moothall"), f"title: {page.title()!r}"
    assert page.locator("h1").count() == 1, page.locator("h1").all_inner_texts()
    for width in (320, 390, 1280):
        out = sideways(page, width)
        assert not out, f"{width} px: " + "\n".join(out)
        found = barriers(page) if javascript and width != 320 else ""
        assert not found, f"at {width} px:\n{found}"
