"""The workbook in which projects after UiPath's framework keep names (``Data/Config.xlsx``): what ``in_Config("X")`` stands for.

Only names of assets, credentials and queues are taken from it, never another value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from registry.errors import RegistryError
from registry.formats.archive import Archive
from registry.formats.tables.model import BOUNDS, Table
from registry.formats.tables.workbook import read_workbook
from registry.formats.uipath.xaml import Workflow

MAX_WORKBOOK = 2 * 1024 * 1024
MAX_WORKBOOKS = 4
_CONFIG = re.compile(r"(?:^|/)(?:[\w-]*config[\w-]*|settings)\.xls[xm]$", re.IGNORECASE)
_KEPT = ("Settings", "Constants")
# ``in_Config("Queue").ToString``, ``Config.Item("Queue")``, ``CStr(row("Asset"))``: the key is the only text in it.
_LOOKED_UP = re.compile(r"""^[^"]{0,80}\b(?:\w*config\w*|row|item)\(\s*"([^"]{1,200})"\s*\)[^"]{0,60}$""", re.IGNORECASE)


def name_settings(read: Workflow, archive: Archive, files: Iterable[str]) -> None:
    """Put names in the place of expressions that look them up in a workbook among ``files``, and add the assets it lists."""
    workbooks = [name for name in files if _CONFIG.search(name) and archive.size(name) <= MAX_WORKBOOK][:MAX_WORKBOOKS]
    if not workbooks:
        return
    values, assets, is_listed = dict[str, str](), list[str](), False
    for name in workbooks:
        data = archive.read(name)
        for sheet in _KEPT:
            values |= dict(_columns(data, sheet, ("Name", "Value")) or ())
        listed = _columns(data, "Assets", ("Name", "Asset"))
        is_listed = is_listed or listed is not None
        assets += [asset for _, asset in listed or ()]
    for kept in (read.assets, read.credentials, read.queues):
        kept[:] = [_named(name, values, is_listed=is_listed) for name in kept]
    read.assets += [asset for asset in assets if asset not in read.credentials]


def _named(written: str | None, values: dict[str, str], *, is_listed: bool) -> str | None:
    """What a name or expression stands for, itself where the workbook does not tell; nothing for the loop over the sheet of assets."""
    found = _LOOKED_UP.match(written or "")
    if found is None:
        return written
    if found.group(1) == "Asset" and is_listed:
        return None
    return values.get(found.group(1)) or written


def _columns(data: bytes, sheet: str, headings: tuple[str, str]) -> list[tuple[str, str]] | None:
    """Two columns of a sheet as texts, where both are filled; None for a workbook that cannot be read or has no such sheet."""
    try:
        return list(_pairs(read_workbook(data, BOUNDS, sheet), headings))
    except RegistryError:
        return None


def _pairs(table: Table, headings: tuple[str, str]) -> Iterator[tuple[str, str]]:
    places = [next((place for place, name in enumerate(table.headings) if name.casefold() == one.casefold()), -1) for one in headings]
    if min(places) < 0:
        return
    for row in table.rows:
        first, second = (row.cells[place] for place in places)
        if isinstance(first, str) and isinstance(second, str) and first and second:
            yield first, second
