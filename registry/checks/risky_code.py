"""Code that a robot runs with its own rights: a reviewer reads it, and some of it is dangerous by what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from registry.checks.model import GROUPED, Found, Subject, fingerprint, gathered
from registry.formats.texts.model import Content, Fragment, Hit

CODE = "risky_code"
TITLE = "It runs code"
SEVERITY = "answer"
_SHOWN = 3  # places named in one finding


@dataclass(frozen=True, slots=True)
class _Rule:
    title: str
    why: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    languages: frozenset[str] = frozenset()  # of code in these only


def _rule(title: str, why: str, needles: str, pattern: str, *languages: str) -> _Rule:
    return _Rule(title, why, tuple(needles.split("|")), re.compile(pattern, re.IGNORECASE), frozenset(languages))


_RULES = (
    _rule(
        "It downloads and runs what it got",
        "Whoever controls that address controls the robot.",
        "iex|invoke-expression|downloadstring|downloadfile|curl |wget |invoke-webrequest|bitsadmin|certutil|mshta",
        r"(?:iex|invoke-expression)\b.{0,200}(?:download|webclient|invoke-webrequest|\biwr\b|http)|downloadstring\(.{0,300}\|\s{0,9}iex"
        r"|(?:curl|wget)\s.{0,200}\|\s{0,9}(?:ba|z)?sh\b|downloadfile\(.{1,300}\.(?:exe|ps1|bat|vbs|msi|dll|js)\b"
        r"|invoke-webrequest .{1,300}\.(?:exe|ps1|bat|vbs|msi|dll)\b|bitsadmin .{0,40}/transfer|certutil .{0,40}-urlcache|mshta\s{1,4}https?:",
    ),
    _rule(
        "It runs text as code",
        "What the text holds when it runs cannot be reviewed.",
        "eval|exec|invoke-expression|executeglobal|compileassemblyfromsource|csharpscript.|-encodedcommand|-enc |frombase64string",
        r"(?<![\w.])(?:eval|exec)\s{0,2}\((?!\s{0,3}\))|invoke-expression\b|\bexecuteglobal\b|compileassemblyfromsource|csharpscript\.(?:evaluate|run)"
        r"|-enc(?:odedcommand)?\s{1,4}[A-Za-z0-9+/=$]{16}|\[(?:system\.)?reflection\.assembly\]::load\(.{0,80}frombase64string",
    ),
    _rule(
        "It starts programs or commands",
        "The robot runs them with its own rights.",
        'subprocess.|os.system|os.popen|os.startfile|process.start|start-process|shell(|wscript.shell|createobject("shell|shellexecute|cmd /c|cmd.exe',
        r"subprocess\.(?:run|call|popen|check_\w{3,8}|getoutput)|os\.(?:system|popen|startfile)\s{0,2}\(|process\.start\s{0,2}\(|start-process\b"
        r"|(?<![\w.])shell\(|wscript\.shell|createobject\(\"shell|shellexecute|cmd(?:\.exe)?\s{1,4}/c",
    ),
    _rule(
        "It does not check whom it talks to",
        "Without checking certificates anybody in between can read and change what is sent.",
        "verify=false|verify = false|cert_none|_create_unverified_context|servercertificatevalidationcallback|servercertificatecustomvalidationcallback"
        '|dangerousacceptany|-skipcertificatecheck|rejectunauthorized|node_tls_reject|verifyssl="false|verifyssl: false|acceptuntrusted'
        '|certificatepolicy|disable_warnings|ignoresslerrors|curl -k|--insecure|trustallcertificates|enablesslverification="false',
        r"verify\s?=\s?false|cert_none|_create_unverified_context|servercertificatevalidationcallback\s{0,3}(?:\+?=|\()|servercertificatecustomvalidationcallback"
        r"|dangerousacceptany|-skipcertificatecheck|rejectunauthorized[\"']?\s{0,3}:\s{0,3}false|node_tls_reject_unauthorized|verifyssl(?:=\"false|: ?false)"
        r"|acceptuntrusted\w{0,40}(?::|=)\s{0,3}\"?true|certificatepolicy\s{0,3}=|disable_warnings\(.{0,60}insecure|ignoresslerrors\w{0,20}\s?[:=]\s?\"?true"
        r"|curl -k\b|--insecure\b|trustallcertificates|enablesslverification=\"false",
    ),
    _rule(
        "It loads objects from files that may be anybody's",
        "Reading such a file runs whatever was put into it.",
        "pickle.load|yaml.load(|yaml.unsafe_load|marshal.load|binaryformatter|joblib.load|netdatacontractserializer",
        r"pickle\.loads?\(|yaml\.(?:unsafe_load\(|load\((?!.{0,200}Safe))|marshal\.loads?\(|binaryformatter\s{0,2}\(|joblib\.load\(|netdatacontractserializer",
    ),
)
_SAFE_FIELDS = frozenset({"DisplayName", "narrative", "description"})


def run(subject: Subject) -> Iterator[Found]:
    """What dangerous code does, one finding for each kind and place; then the code and the commands there are, in one finding each."""
    code = Content([fragment for fragment in subject.content.fragments if _may_run(fragment)])
    for rule in _RULES:
        hits = [hit for hit in code.after(rule.needles, rule.pattern) if not _is_comment(hit)]
        yield from gathered(subject, _by_place(hits), lambda _, __, rule=rule: Found(CODE, SEVERITY, rule.title, why=rule.why, mend=_MEND))  # type: ignore[misc]
    yield from _listed(subject, "command", "It starts programs or scripts", SEVERITY)
    yield from _listed(subject, "code", TITLE, "note")


_MEND = "Say in the README why it is needed and what it touches, or do it with the platform's own actions."


def _by_place(hits: list[Hit]) -> list[tuple[Hit, str]]:
    """One kind of danger in one file or stage is one thing to review, however often it is written there."""
    return [(hit, GROUPED + hit.fragment.place) for hit in hits]


def _may_run(fragment: Fragment) -> bool:
    """Code, expressions, and values that are run or decide how; not prose, nor the words that describe a step."""
    if fragment.form == "literal":
        return len(fragment.text) < 4000 and _is_run(fragment.field, fragment.name)
    return fragment.form in ("code", "expression") and fragment.field not in _SAFE_FIELDS


@lru_cache(4096)
def _is_run(field: str, name: str) -> bool:
    """Whether a value of this name is run or decides how; a document has the same few names again and again."""
    return any(word in f"{field} {name}".lower() for word in _RUN_FIELDS)


def _is_comment(hit: Hit) -> bool:
    text = hit.fragment.text
    line = text[text.rfind("\n", 0, hit.start) + 1 : hit.start].lstrip()
    return hit.fragment.form == "code" and line.startswith(("#", "//", "'", "*", "REM ", ">>>", '"""'))


_RUN_FIELDS = ("command", "script", "code", "argument", "filename", "input", "verif", "ssl", "cert", "expression")


def _listed(subject: Subject, kind: str, title: str, severity: str) -> Iterator[Found]:
    facts = subject.content.of(kind)
    if not facts:
        return
    places = list(dict.fromkeys(fact.where for fact in facts))
    more = f" (and {len(places) - _SHOWN} other places)" if len(places) > _SHOWN else ""
    whats = ", ".join(sorted({fact.what for fact in facts if fact.what})[:5])
    yield Found(
        CODE,
        severity,
        title,
        where="; ".join(places[:_SHOWN])[:260] + more,
        why=f"A reviewer must read it, for the robot runs it with its own rights: {whats}."[:500],
        mend=_MEND,
        fingerprint=fingerprint(subject.key, CODE, "; ".join(places), kind),
    )
