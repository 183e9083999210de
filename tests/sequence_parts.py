"""Modules of two platforms that sequences are made of in tests: their entry points take and give typed values."""

from __future__ import annotations

from demonstration.builders import blueprism as bp
from demonstration.builders import uipath as ui
from registry.releases.models import Release
from tests.make import make_release

CHECK, LETTER = "kobenhavn/check-data", "hampshire/write-letter"


def checker(version: str = "1.0.0", *, outputs: tuple[str, ...] = ("out_Ok", "out_Id")) -> bytes:
    """A UiPath process that takes ``in_Case`` and ``in_Form`` and gives what is asked."""
    arguments = (ui.Argument("in_Case", required=True), ui.Argument("in_Form"), *(ui.Argument(name, direction="Out") for name in outputs))
    flow = ui.Workflow("Main.xaml", "Main", (ui.log("Log", '"Checked"'),), arguments)
    package = ui.Package("Kobenhavn.Check", version, "Checks data", "Koebenhavn", (flow,), {"UiPath.System.Activities": "[24.10.1]"})
    return ui.package_file(package)


def writer(*, inputs: tuple[str, ...] = ("Case Number", "Outcome"), outputs: tuple[str, ...] = ("Letter",)) -> bytes:
    """A Blue Prism process that takes and gives texts."""
    page = bp.Page(
        "Main Page",
        (bp.Compute("Write", '"x"', "Draft"),),
        tuple(bp.Item(name) for name in inputs),
        tuple(bp.Item(name) for name in outputs),
        (bp.Item("Draft"),),
    )
    return bp.release_file(bp.Release("Write letter", "Letters", (bp.Automation("Write letter", "Writes a letter", (page,)),)))


def make_check(version: str = "1.2.0", **more: object) -> Release:
    return make_release(CHECK, version, data=checker(version), filename="check.nupkg", **more)  # type: ignore[arg-type]


def make_letter(version: str = "2.0.0", **more: object) -> Release:
    return make_release(LETTER, version, data=writer(), filename="letter.bprelease", **more)  # type: ignore[arg-type]
