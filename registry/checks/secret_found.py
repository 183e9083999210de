"""Whoever takes a module can read what lies in its files: a password in them is everybody's."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from registry.checks.model import GROUPED, Found, Subject, gathered
from registry.checks.names import entropy, is_placeholder, is_secret, is_vague
from registry.checks.secret_rules import ASSIGNED, ASSIGNMENT, CONNECTED, CONNECTION, RULES, SIGNATURE
from registry.formats.texts.model import Content, Fragment, Hit

CODE = "secret_found"
TITLE = "A secret is kept in the files"
SEVERITY = "stop"
_EXPIRED = Found(
    CODE,
    "note",
    "Signed addresses that have ended are in the files",
    why="They open nothing any more, but tell where things lie, and that signing them was thought to be safe.",
    mend="Take them out, and sign addresses when they are needed.",
)
_ENDS = re.compile(r"[?&;]se=(\d{4}-\d\d-\d\d)")
_ALL = re.compile(r".*", re.DOTALL)
_RANDOM = 3.2  # bits a character
_TYPING = frozenset({"Text", "Value", "Text to write", "SecureText"})
_NAMING = re.compile(r"#?/[\w/{}]{1,200}|\w{1,40}\.\w{1,40}\.[\w.]{1,80}|\d{1,3}")
_WORD = re.compile(r"[a-z_]{1,40}|[A-Z][a-z]{2,20}")
_LINE = 300  # characters before and after in which a connection string's other parts are looked for


def run(subject: Subject) -> Iterator[Found]:
    """One finding for each secret, at the first of its places; never the secret itself, only its kind and length."""
    found: dict[str, str] = {}
    hits: list[tuple[Hit, str]] = []
    for what, hit, value in (*_shaped(subject), *_named(subject), *_connections(subject), *_assigned(subject)):
        known = next((one for one in (value, *_parts(value, found)) if one in found), None)
        if known is None:
            found[value] = what
        hits.append((hit, known or value))
    yield from gathered(subject, hits, lambda value, hit: _told(found.get(value, "a secret"), value))
    yield from gathered(subject, _expired(subject), lambda _, __: _EXPIRED)


def _parts(value: str, found: dict[str, str]) -> Iterator[str]:
    """What was found in this value by a rule that knows more of it."""
    return (known for known in found if len(known) > 11 and known in value)


def _told(what: str, value: str) -> Found:
    return Found(
        CODE,
        SEVERITY,
        TITLE,
        why=f"It looks like {what} ({len(value)} characters). Everybody who takes the module can read it.",
        mend="Change it where it is used, keep it in a credential store or an asset, and publish files that only name it.",
    )


def _shaped(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    """What is told by its own shape, wherever it stands."""
    for rule in RULES:
        content = subject.content
        for hit in content.after(rule.needles, rule.pattern) if rule.needles else content.search(rule.pattern):
            value = hit.match.group("value") if "value" in rule.pattern.groupindex else hit.match.group()
            if not is_placeholder(value) and not _is_expired(hit) and (rule.accepts is None or rule.accepts(value)):
                yield rule.what, hit, value.strip()


def _is_expired(hit: Hit) -> bool:
    """A signed address that says itself until when it opens (``se``, in UTC), and that is over."""
    if hit.match.re is not SIGNATURE.pattern:
        return False
    ends = _ENDS.findall(hit.fragment.text[max(0, hit.start - _LINE) : hit.match.end() - hit.match.start() + hit.start + _LINE])
    return bool(ends) and max(ends) < time.strftime("%Y-%m-%d", time.gmtime())


def _expired(subject: Subject) -> Iterator[tuple[Hit, str]]:
    for hit in subject.content.after(SIGNATURE.needles, SIGNATURE.pattern):
        if _is_expired(hit):
            yield hit, GROUPED + hit.fragment.file  # one finding for each file: some tools write a new one at every save


def _named(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    """What is told by the name or the type of its field, where that holds a literal."""
    for fragment in subject.content.fragments:
        what = _kind_of(fragment)
        if what:
            match = _ALL.match(fragment.text)
            assert match is not None
            yield what, Hit(fragment, match, 0), fragment.text.strip()


def _kind_of(fragment: Fragment) -> str:
    text = fragment.text.strip()
    if fragment.form != "literal" or len(text) > 4000 or "\n" in text:
        return ""
    if fragment.type == "password":
        return "" if is_placeholder(text) or text.startswith(("{", "[")) else "the value of a password item"
    name = fragment.name or fragment.field
    typed = fragment.field in _TYPING and bool(fragment.inside) and _is_typed_password(fragment.inside[-1])
    if (is_secret(name) or typed) and " " not in text and not is_placeholder(text) and text.lower() != name.lower():
        return "a password or key" if _is_value(text, in_editor=_is_step(fragment)) else ""
    if is_vague(name) and 16 <= len(text) <= 400 and " " not in text and not is_placeholder(text):
        return (
            "a token" if entropy(text) >= _RANDOM and any(c.isdigit() for c in text) and "://" not in text and "/" not in text[:2] else ""
        )
    return ""


def _is_step(fragment: Fragment) -> bool:
    return bool(fragment.inside) and fragment.inside[-1].startswith(("activity", "stage", "environment variable"))


def _is_typed_password(words: str) -> bool:
    """An activity called after the field it types into: ``Type Into 'INPUT  password'``."""
    return "password" in words.lower() and not any(word in words.lower() for word in ("user", "reset", "forgot"))


def _is_value(text: str, *, in_editor: bool = False) -> bool:
    """Not something that names: a selector, a type, a resource; and outside of an activity or stage not a plain word."""
    return not _NAMING.fullmatch(text) and (in_editor or not _WORD.fullmatch(text))


def _connections(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    for hit in subject.content.after(("password", "pwd"), CONNECTION):
        value, text, start = hit.match.group("value").strip("'"), hit.fragment.text, hit.start
        near = text[max(0, start - _LINE) : start + _LINE].replace("\r", "\n")
        line = near[near.rfind("\n", 0, min(start, _LINE)) + 1 :].partition("\n")[0]
        if (
            ";" in line
            and CONNECTED.search(line)
            and not is_placeholder(value)
            and "%" not in value
            and '" &' not in line
            and '" +' not in value
        ):
            yield "the password of a connection string", hit, value


def _assigned(subject: Subject) -> Iterator[tuple[str, Hit, str]]:
    written = Content([fragment for fragment in subject.content.fragments if fragment.form != "literal"])
    for hit in written.after(ASSIGNED, ASSIGNMENT):
        fragment, match = hit.fragment, hit.match
        value = next((one for one in match.group("robin", "double", "single") if one is not None), None)
        bare = match.group("bare")
        if not is_secret(_whole_name(fragment.text, hit.start, match.group("name"))):
            continue
        if value is None:
            value = bare if fragment.form in ("settings", "prose") and _is_bare(bare or "") else None
        if value and " " not in value and not is_placeholder(value) and _is_value(value) and value.lower() != match.group("name").lower():
            yield "a password or key", hit, value


def _whole_name(text: str, start: int, name: str) -> str:
    begin = start
    while begin > max(0, start - 40) and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    return text[begin:start] + name


def _is_bare(value: str) -> bool:
    """Without quotes only what no word or number looks like: letters and digits together."""
    return (
        len(value) >= 6
        and any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
        and "." not in value[-5:]
        and "(" not in value
    )
