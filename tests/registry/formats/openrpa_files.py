"""Builders of OpenRPA's files: workflows of activities, records of its database, projects in a zip."""

from __future__ import annotations

import json
from xml.sax.saxutils import quoteattr

from tests.registry.formats.hostile import zipped

_SPACES = {
    "": "http://schemas.microsoft.com/netfx/2009/xaml/activities",
    "oa": "clr-namespace:OpenRPA.Activities;assembly=OpenRPA",
    "of": "clr-namespace:OpenRPA.Forms.Activities;assembly=OpenRPA.Forms",
    "on": "clr-namespace:OpenRPA.NM;assembly=OpenRPA.NM",
    "os": "clr-namespace:OpenRPA.Script.Activities;assembly=OpenRPA.Script",
    "s": "clr-namespace:System;assembly=mscorlib",
    "sap2010": "http://schemas.microsoft.com/netfx/2010/xaml/activities/presentation",
    "scg": "clr-namespace:System.Collections.Generic;assembly=mscorlib",
    "x": "http://schemas.microsoft.com/winfx/2006/xaml",
}
ID = "sap2010:WorkflowViewState.IdRef"


def element(name: str, *inner: str, id: str = "", **attributes: str) -> str:
    """An activity; ``id`` is what the designer would give it."""
    given = {**({ID: id} if id else {}), **{key.replace("__", ":"): value for key, value in attributes.items()}}
    written = "".join(f" {key}={quoteattr(value)}" for key, value in given.items())
    return f"<{name}{written}>{''.join(inner)}</{name}>" if inner else f"<{name}{written}/>"


def workflow(*inner: str, name: str = "Look_up", arguments: dict[str, str] | None = None, spaces: tuple[str, ...] = tuple(_SPACES)) -> str:
    """A workflow with its activities; ``spaces`` are the namespaces that it declares."""
    declared = "".join(f' xmlns{":" if prefix else ""}{prefix}="{_SPACES[prefix]}"' for prefix in spaces)
    members = "".join(element("x:Property", Name=key, Type=kind) for key, kind in (arguments or {}).items())
    listed = f"<x:Members>{members}</x:Members>" if members else ""
    return f'<Activity x:Class="{name}" {ID}="{name}_1"{declared}>{listed}{"".join(inner)}</Activity>'


def selector(*parts: dict[str, str]) -> str:
    return "%" + json.dumps(list(parts), indent=2)


def record(xaml: str, **given: object) -> dict[str, object]:
    """A workflow as the database keeps it."""
    return {"_type": "workflow", "name": "Look up", "Filename": "look_up.xaml", "projectandname": "RMS/Look up", "Xaml": xaml, **given}


def project(workflows: dict[str, str], **given: object) -> bytes:
    """A project's folder in a zip."""
    described = {"_type": "project", "name": "RMS", "dependencies": {"Hampshire.Rms": "1.2.0"}, **given}
    return zipped({"RMS/rms.rpaproj": json.dumps(described).encode(), **{f"RMS/{name}": xaml.encode() for name, xaml in workflows.items()}})
