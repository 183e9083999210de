"""Tells by its name whether a field holds a secret, and by its value whether that is only a placeholder."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter

_WORDS = re.compile(r"[A-ZÆØÅ]{2,}(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|\d+")
_STRONG = frozenset(
    [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "passcode",
        "pw",
        "secret",
        "clientsecret",
        "apikey",
        "secretkey",
        "accesskey",
        "privatekey",
        "accountkey",
        "sharedkey",
        "authkey",
        "pincode",
        "adgangskode",
        "kodeord",
        "cyfrinair",
        "authorization",
        "authtoken",
        "accesstoken",
        "refreshtoken",
        "bearertoken",
        "sastoken",
        "apitoken",
    ]
)
_PAIRS = frozenset(
    [
        "api key",
        "secret key",
        "access key",
        "private key",
        "account key",
        "shared key",
        "auth key",
        "client secret",
        "access token",
        "refresh token",
        "auth token",
        "bearer token",
        "api token",
        "sas token",
        "pass word",
        "pass phrase",
        "pin code",
        "shared accesskey",
        "subscription key",
        "functions key",
        "function key",
        "host key",
        "signing key",
        "encryption key",
        "user key",
    ]
)
# A field so called tells about the secret and does not hold it.
_ABOUT = frozenset(
    [
        "name",
        "names",
        "label",
        "labels",
        "field",
        "fields",
        "selector",
        "type",
        "types",
        "hint",
        "prompt",
        "title",
        "policy",
        "expiry",
        "expires",
        "length",
        "id",
        "ids",
        "url",
        "uri",
        "path",
        "column",
        "asset",
        "credential",
        "credentials",
        "is",
        "has",
        "show",
        "hide",
        "mask",
        "character",
        "char",
        "message",
        "error",
        "regex",
        "pattern",
        "page",
        "endpoint",
        "count",
        "max",
        "min",
        "reset",
        "change",
        "forgot",
        "description",
        "display",
        "format",
        "scheme",
        "policyid",
        "queue",
        "provider",
        "required",
        "enabled",
        "visible",
        "timeout",
        "location",
        "file",
        "folder",
        "window",
        "element",
        "button",
        "input",
        "control",
        "textbox",
        "box",
        "tooltip",
        "help",
        "link",
        "protected",
        "masked",
        "method",
        "mode",
        "valid",
        "validate",
        "strength",
        "xpath",
        "css",
        "header",
        "headers",
        "store",
        "vault",
        "reference",
        "ref",
        "public",
        "property",
        "properties",
        "parameter",
        "kind",
        "scope",
        "schema",
        "expression",
        "variable",
        "status",
        "format",
    ]
)
_TRAILING = frozenset(
    [
        "value",
        "text",
        "default",
        "string",
        "plain",
        "literal",
        "data",
        "old",
        "new",
        "current",
        "confirm",
        "prod",
        "production",
        "test",
        "dev",
        "uat",
        "live",
        "my",
    ]
)
_PLACEHOLDERS = re.compile(
    r"""^(?:
      \[.{0,300}\] | @\S{0,300} | .{0,200}%[A-Za-z_][^%\s]{0,80}%.{0,200} | .{0,200}\{\{.{0,300}\}\}.{0,200} | .{0,200}\$\{.{0,300}\}.{0,200}
      | <[^<>]{0,300}> | \{[^{}]{0,300}\} | \$\w{1,80}(?::\w{1,80})? | \$\(.{0,300} | __\w{1,80}__ | \#\{.{0,300}\}\#?
      | [*x•.?_#-]{3,200} | (?:\\u2022){2,80}
      | (?:your|my|the|an?|some|enter|insert|put|type|add|use|see|replace|set|din|dit|indtast)[-_\s].{0,300}
      | (?:your|my)(?:pass(?:word)?|secret|token|api|key)\w{0,60}
      | (?:in|out|io|str|v|var)_\w{1,80}
      | (?:process|os|system|config|settings|env|self|this|secrets|credentials?|args|options|params?|row|dt|context|request|data|input)\b[.\[(].{0,300}
      | (?:change|replace|fill)[-_\s]?(?:me|this|in)\w{0,40}!? | not[-_\s]set[\w-]{0,40} | redacted | removed | hidden | masked | encrypted | placeholder | dummy | sample | example[\w-]{0,40}
      | to[-_\s]?do | tbc | tbd | n/?a | none | null | nothing | nil | undefined | empty | true | false | yes | no | on | off | string | securestring
      | text | value | password\d{0,1} | passwd | pwd | secret | secret[-_]?key | token | api[-_]?key | client[-_]?secret | access[-_]?token
      | bearer | basic | digest | oauth2? | ntlm | negotiate | kerberos | default | required | optional | system\.\w{1,40} | x:\w{1,20} | \w{1,20}\?
    )$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SAMPLE = re.compile(
    r"YOUR[_-][A-Z]|[*•]{5}|EXAMPLE|ABCDEFGHIJ|abcdefghij|0123456789|1234567890|XXXXXX|xxxxxx|\.\.\.|<[a-z _-]{2,40}>", re.DOTALL
)

# Called as a setting is, without a digit.
_SETTING = re.compile(r"[A-Z]+(?:_[A-Z]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|AUTH|HERE)|[A-Za-z]+[-_](?i:api[-_]?key)")


@functools.lru_cache(maxsize=8192)
def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret: ``Password``, ``in_ApiKey``, ``client_secret`` and not ``PasswordFieldName``."""
    words = [word.lower() for word in _WORDS.findall(name[:120])]
    if not words or len(words) > 8 or _ABOUT & set(words):
        return False
    while words and (words[-1] in _TRAILING or words[-1].isdigit()):
        words.pop()
    return bool(words) and (words[-1] in _STRONG or " ".join(words[-2:]) in _PAIRS)


@functools.lru_cache(maxsize=8192)
def is_vague(name: str) -> bool:
    """Whether a field of this name may hold a secret, if its value looks random: ``token``, ``signature``."""
    words = [word.lower() for word in _WORDS.findall(name[:120])]
    return bool(words) and len(words) <= 4 and not _ABOUT & set(words) and words[-1] in ("token", "signature", "sig", "auth")


def is_placeholder(value: str) -> bool:
    """Whether a value stands for one to be filled in: an expression, stars, ``<your key>``, ``changeme``."""
    value = value.strip().strip("\"'`").strip()
    if len(value) < 4 or len(set(value)) < 3 or _SETTING.fullmatch(value[:400]):
        return True
    return bool(_PLACEHOLDERS.match(value[:400])) or bool(_SAMPLE.search(value[:4000]))


def entropy(value: str) -> float:
    """Bits a character, as its own characters are spread: English has about 3, random Base64 of 30 characters over 4."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values()) if value else 0.0
