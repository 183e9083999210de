"""Hosts and networks that exist at one organisation only, or that are reached without protection."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from registry.checks.model import GROUPED, Found, Subject, gathered
from registry.formats.fragments import host_of
from registry.formats.texts.model import Hit

CODE = "host_reach"
TITLE = "It reaches a host of one organisation"
SEVERITY = "answer"
_SCHEME = re.compile(r"(?:https?|ftps?|sftp|wss?|ldaps?|smb|amqps?|redis|mongodb|mysql|mssql|postgres(?:ql)?)\Z", re.IGNORECASE)
_REST = re.compile(r"://[^\s\"'<>\\^`{|}\[\](),;]{3,300}")
_SHARE = re.compile(r"\\\\(?P<host>[A-Za-z0-9][A-Za-z0-9_-]{1,62}(?:\.[A-Za-z0-9-]{1,63}){0,5})\\(?P<share>[A-Za-z0-9$_ -]{1,80})")
_TENANT = re.compile(
    r"\.(?:sharepoint|onmicrosoft|dynamics|powerappsportals|service-now|servicenow|my\.salesforce|zendesk|atlassian|freshservice|blob\.core\.windows"
    r"|database\.windows|azurewebsites|vault\.azure|documents\.azure)\.(?:com|net)$"
)
_INTERNAL = re.compile(
    r"\.(?:local|lan|internal|intranet|corp|intra|home|localdomain|ad|pnn\.police\.uk|cjsm\.net|gsi\.gov\.uk|psn\.gov\.uk)$|^[a-z0-9-]+$"
)
_GENERIC = re.compile(
    r"^(?:yourtenant|tenant|contoso|example|your-?\w*|domain|company|mytenant|myorg|org)\.|(?:^|\.)example\.|^localhost$|^(?:server|hostname|host|api|www)$"
)
_SETTINGS = re.compile(r"(?:^|/)(?:config[^/]*\.xls[xm]|environmentvariable[^/]*\.(?:xml|json))$", re.IGNORECASE)
_SHOWN = 5
_MEND = "Keep the address in a setting that each organisation gives, name it in the README, and publish again; or say why it is the same for all."


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each host that is somebody's own, and one for all that are reached without protection."""
    hits: list[tuple[Hit, str]] = []
    plain: list[tuple[Hit, str]] = []
    titles: dict[str, str] = {}
    for host, title, hit in (*_addresses(subject), *_shares(subject)):
        if title:
            key = GROUPED + ("=" if _is_setting(hit) else "") + host
            titles.setdefault(key, title)
            hits.append((hit, key))
        else:
            plain.append((hit, host))
    yield from gathered(subject, hits, lambda key, _: _told(key, titles))
    if plain:
        hosts = list(dict.fromkeys(host for _, host in plain))
        yield from gathered(subject, [(hit, GROUPED) for hit, _ in plain], lambda _, __: _without_protection(hosts))


def _is_setting(hit: Hit) -> bool:
    """In a value that each organisation sets for itself, where such a thing belongs."""
    fragment = hit.fragment
    kind = fragment.inside[0].lower() if fragment.inside else ""
    return kind.startswith(("environment variable", "environmentvariable")) or bool(_SETTINGS.search(fragment.file))


def _told(key: str, titles: dict[str, str]) -> Found:
    host = key.removeprefix(GROUPED)
    if host.startswith("="):
        why = f"{host[1:]}: takers set their own, but this one tells about the network it is in."
        return Found(CODE, "note", titles[key], why=why, mend="Leave the value empty, or put an example in its place.")
    why = f"{host}: partners cannot reach it, and its name tells about the network it is in." if host else ""
    return Found(CODE, SEVERITY, titles.get(key, TITLE), why=why, mend=_MEND)


def _without_protection(hosts: list[str]) -> Found:
    named = ", ".join(hosts[:_SHOWN]) + (f" and {len(hosts) - _SHOWN} more" if len(hosts) > _SHOWN else "")
    return Found(
        CODE,
        "note",
        "It reaches hosts without protection",
        why=f"{named}: what is sent over plain HTTP or FTP can be read and changed on its way.",
        mend="Use https:// where the host offers it.",
    )


def _addresses(subject: Subject) -> Iterator[tuple[str, str, Hit]]:
    """Hosts of addresses; the title is empty for one that is only reached without protection."""
    for hit in subject.content.after(("://",), _REST):
        scheme = _SCHEME.search(hit.fragment.text[max(0, hit.start - 10) : hit.start])
        host = host_of(scheme.group() + hit.match.group()) if scheme else None
        if scheme and host and not _GENERIC.search(host) and not _is_name_only(hit):
            title = _particular(host)
            if title or (scheme.group().lower() in ("http", "ftp", "ws") and hit.fragment.form != "prose" and "." in host):
                yield host, title or "", hit


def _particular(host: str) -> str | None:
    """What makes a host somebody's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return None if address.is_loopback or address.is_unspecified else "It reaches a machine by its number"
    if _TENANT.search(host):
        return "It reaches a tenant of one organisation"
    return "It reaches a host inside a network" if _INTERNAL.search(host) else None


def _is_name_only(hit: Hit) -> bool:
    """Names of schemas and licences that look like addresses and are never opened."""
    fragment = hit.fragment
    words = f"{fragment.field} {fragment.name}".lower()
    return (
        any(
            word in words
            for word in ("schema", "namespace", "xmlns", "license", "licence", "language", "typeref", "type", "exporter", "$id", "icon")
        )
        or fragment.file.endswith((".nuspec", ".psmdcp", ".rels", "METADATA", "PKG-INFO", ".props", ".metadata"))
        or any(
            mark in hit.match.group() for mark in ("schemas.", "/spec/", "w3.org", "/xml", "xmlns", "/licenses/", "ns.adobe", "purl.org")
        )
    )


def _shares(subject: Subject) -> Iterator[tuple[str, str, Hit]]:
    for hit in subject.content.search(_SHARE):
        host, before = hit.match.group("host").lower(), hit.fragment.text[hit.start - 1 : hit.start]
        if (
            before not in ("\\", ":")
            and not before.isalnum()
            and host not in ("localhost", "server", "servername", "host")
            and len(host) > 2
        ):
            if hit.fragment.form == "code" and not re.match(r"[\"'@( =]", before or '"'):
                continue
            if hit.fragment.form in ("code", "settings") and _is_escape(hit.fragment.text[hit.start : hit.start + 4]):
                continue
            yield host, "It reaches a share inside a network", hit


def _is_escape(start: str) -> bool:
    """``\\\\d\\\\`` in a regular expression or ``\\\\n`` in a string, not a server's name."""
    return bool(re.match(r"\\\\[bBdDsSwWnrtxu][^A-Za-z]", start))
