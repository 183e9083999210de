"""Two ways to work a page: with the mouse, and with a keyboard alone. A journey is written once for both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Download, FileChooser, Locator, Page

FARTHEST = 400  # Tabs until something is out of a keyboard's reach

# Focus must be seen: a ring, an inner edge, or a ground of its own (WCAG 2.4.7). A field of GOV.UK's may show it on the label beside.
SHOWS_FOCUS = """(each) => {
  const shown = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const label = each.labels && each.labels[0];
  return [getComputedStyle(each), ...(label ? [getComputedStyle(label, "::before")] : [])].some(shown);
}"""


class Hands(Protocol):
    """What a person does with a page."""

    page: Page

    def fill(self, label: str, text: str) -> None: ...
    def tick(self, label: str) -> None: ...
    def choose(self, label: str, option: str) -> None: ...
    def attach(self, label: str, path: Path) -> None: ...
    def press(self, name: str) -> None: ...
    def follow(self, name: str) -> None: ...
    def download(self, name: str) -> Download: ...


def field(page: Page, label: str) -> Locator:
    """The one field so labelled; the button that shows a password carries the label's word too."""
    return page.get_by_label(label, exact=True).and_(page.locator("input, select, textarea"))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).and_(page.locator("button")).first


def link(page: Page, name: str) -> Locator:
    return page.locator("a").filter(has_text=name).first


class Mouse:
    """Clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, label: str, text: str) -> None:
        field(self.page, label).fill(text)

    def tick(self, label: str) -> None:
        field(self.page, label).check()

    def choose(self, label: str, option: str) -> None:
        field(self.page, label).select_option(label=option)

    def attach(self, label: str, path: Path) -> None:
        field(self.page, label).set_input_files(path)

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            button(self.page, name).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            link(self.page, name).click()

    def download(self, name: str) -> Download:
        with self.page.expect_download() as coming:
            link(self.page, name).click()
        return coming.value


class Keyboard:
    """Reaches everything by Tab and works it by Enter, Space, arrows and typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Asked for only when a file is attached, choosers would be caught from a moment too late on: a key press waits for nothing.
        page.on("filechooser", lambda chooser: None)

    def _reach(self, found: Callable[[], Locator]) -> Locator:
        target = found()
        target.wait_for(state="attached")
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate("(each) => each === document.activeElement"):
                assert target.evaluate(SHOWS_FOCUS), f"focus is not shown on {target}"
                return target
        raise AssertionError(f"{FARTHEST} Tabs do not reach {target} on {self.page.url}")

    def fill(self, label: str, text: str) -> None:
        self._reach(lambda: field(self.page, label))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def tick(self, label: str) -> None:
        """A checkbox by Space; of radios the group is reached by Tab, and the answer by arrows."""
        target = field(self.page, label)
        if target.get_attribute("type") == "checkbox":
            self._reach(lambda: target)
            self.page.keyboard.press("Space")
        else:
            group = self.page.locator(f"input[type=radio][name={target.get_attribute('name')}]")
            self._reach(lambda: group.and_(self.page.locator(":checked")).or_(group.first).last)
            self.page.keyboard.press("Space")  # takes the one that is reached, which may be the only one
            for _ in range(group.count()):
                if target.is_checked():
                    break
                self.page.keyboard.press("ArrowDown")
        assert target.is_checked(), label

    def choose(self, label: str, option: str) -> None:
        target = self._reach(lambda: field(self.page, label))
        self.page.keyboard.type(option)
        assert target.locator("option:checked").inner_text() == option

    def attach(self, label: str, path: Path) -> None:
        self._reach(lambda: field(self.page, label))
        with self.page.expect_file_chooser() as coming:
            self.page.keyboard.press("Enter")
        chooser: FileChooser = coming.value
        chooser.set_files(path)

    def press(self, name: str) -> None:
        self._reach(lambda: button(self.page, name))
        with self.page.expect_navigation():
            self.page.keyboard.press("Space")

    def follow(self, name: str) -> None:
        self._reach(lambda: link(self.page, name))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def download(self, name: str) -> Download:
        self._reach(lambda: link(self.page, name))
        with self.page.expect_download() as coming:
            self.page.keyboard.press("Enter")
        return coming.value
