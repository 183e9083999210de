"""How secrets look: one rule for each kind. A rule begins at one of its needles, so that a text without them costs nothing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``needles`` are in lower case; ``pattern`` is tried where one stands (everywhere, if there is none), and its group ``value`` (or all of it) is the secret."""

    what: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool] | None = None


def _rule(what: str, needles: str, pattern: str, accepts: Callable[[str], bool] | None = None, flags: re.RegexFlag = re.NOFLAG) -> Rule:
    return Rule(what, tuple(filter(None, needles.split("|"))), re.compile(pattern, flags), accepts)


def _has_user_and_password(encoded: str) -> bool:
    """What Basic authentication carries: ``user:password`` in Base64 (RFC 7617)."""
    try:
        user, colon, password = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return False
    return bool(user and colon and password) and user.isprintable() and "password" not in password.lower()


def _is_signed(token: str) -> bool:
    """A JSON web token's header is JSON with an algorithm (RFC 7515)."""
    try:
        head = base64.urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "===")
    except (binascii.Error, ValueError):
        return False
    return head.startswith(b"{") and b'"alg"' in head


def _mixed(value: str) -> bool:
    """Letters and digits, as keys have and words have not."""
    return any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_I = re.IGNORECASE

RULES: tuple[Rule, ...] = (
    _rule(
        "a private key",
        "-----begin ",
        r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?P<value>(?:\s|\\[nr]){0,8}[A-Za-z0-9+/=:,\s-]{40,200})",
    ),
    _rule("a PuTTY private key", "putty-user-key-file", r"PuTTY-User-Key-File-\d: .{4,60}"),
    _rule("an AWS access key", "akia|asia", r"(?<![A-Za-z0-9])(?P<value>(?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9])"),
    _rule("a GitHub token", "gh", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _rule("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,255}"),
    _rule("a GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,64}", _mixed),
    _rule("a Slack token", "xox|xapp-", r"x(?:ox[abprs]|app)-[A-Za-z0-9-]{10,200}", _mixed),
    _rule(
        "a Slack webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_]{6,20}/[A-Za-z0-9_]{6,20}/[A-Za-z0-9_]{16,64}",
    ),
    _rule(
        "a Teams webhook",
        "webhook.office.com/",
        rf"webhook\.office\.com/webhookb2/{_UUID}@{_UUID}/IncomingWebhook/[0-9a-f]{{32}}",
        flags=_I,
    ),
    _rule(
        "a Discord webhook",
        "discord.com/api/webhooks/|discordapp.com/api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/\d{15,22}/[\w-]{40,100}",
        flags=_I,
    ),
    _rule("a Google API key", "aiza", r"AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])", _mixed),
    _rule("a Google client secret", "gocspx-", r"GOCSPX-[\w-]{20,40}"),
    _rule("an Azure storage key", "accountkey=", r"AccountKey=(?P<value>[A-Za-z0-9+/]{60,100}={0,2})", flags=_I),
    _rule("an Azure shared access key", "sharedaccesskey=", r"SharedAccessKey=(?P<value>[A-Za-z0-9+/]{40,60}={0,2})", flags=_I),
    _rule("a shared access signature", "sig=", r"(?<=[?&;])sig=(?P<value>[A-Za-z0-9%+/=_-]{27,120})", _mixed, flags=_I),
    _rule("an Azure client secret", "q~", r"(?<=[\w.~-]{4})Q~(?P<value>[\w.~-]{31,34})(?![\w.~-])"),
    _rule("a JSON web token", "eyj", r"(?P<value>eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{10,2000})", _is_signed),
    _rule("a bearer token", "bearer ", r"Bearer (?P<value>[A-Za-z0-9_.~+/-]{20,4000}=*)", _mixed, flags=_I),
    _rule("a user name and password", "basic ", r"Basic (?P<value>[A-Za-z0-9+/]{12,400}={0,2})(?![\w])", _has_user_and_password, flags=_I),
    _rule(
        "a password in an address", "://", r"://[^\s/:@\"'<>{}\[\]%$]{1,80}:(?P<value>[^\s/:@\"'<>{}\[\]%$]{3,120})@[A-Za-z0-9.-]{3,200}"
    ),
    _rule(
        "a password or key in a form or query",
        "client_secret=|clientsecret=|password=|passwd=|api_key=|apikey=|api-key=|subscription-key=|access_token=",
        r"(?:(?<=[?&])|(?=[^\s&]{1,300}&[\w.-]{1,60}=))[a-z_-]{6,16}=(?P<value>[\w.~+/-]{8,200}={0,2})(?![\w.~+/%=(\[{-])",
        _mixed,
        flags=_I,
    ),
    _rule("a Stripe key", "sk_live_|rk_live_", r"[sr]k_live_[A-Za-z0-9]{20,120}"),
    _rule("a SendGrid key", "sg.", r"SG\.[\w-]{20,24}\.[\w-]{40,48}"),
    _rule("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])", _mixed),
    _rule("a PyPI token", "pypi-ageichlwas5vcmc", r"pypi-AgEIcHlwaS5vcmc[\w-]{40,400}"),
    _rule("an OpenAI or Anthropic key", "sk-proj-|sk-ant-|sk-svcacct-", r"sk-(?:proj|ant|svcacct)-[\w-]{20,300}", _mixed),
    _rule("an OpenAI key", "sk-", r"(?<![\w-])sk-[A-Za-z0-9]{40,60}(?![\w-])", _mixed),
    _rule("a GOV.UK Notify key", "", rf"-{_UUID}-(?P<value>{_UUID})(?![\w-])"),
    _rule("a Vault token", "hvs.", r"hvs\.[\w-]{24,120}", _mixed),
    _rule("a Databricks token", "dapi", r"dapi[0-9a-f]{32}(?![0-9a-z])"),
    _rule("a Telegram bot token", ":aa", r"(?<=\d{8}):(?P<value>AA[\w-]{33})(?![\w-])"),
    _rule("an Orchestrator key", "rt_", r"(?<![\w])rt_[0-9A-F]{64}-1", flags=_I),
    _rule("a protected Windows secret", "aqaaancmnd8bfderjhoawe", r"AQAAANCMnd8BFdERjHoAwE[A-Za-z0-9+/]{40,4000}={0,2}"),
    _rule(
        "a protected Windows secret",
        "01000000d08c9ddf0115d1118c7a00c04fc297eb",
        r"01000000d08c9ddf0115d1118c7a00c04fc297eb[0-9a-f]{40,8000}",
        flags=_I,
    ),
    _rule("a password", "networkcredential(", r"NetworkCredential\(\s{0,9}[^,()]{0,200},\s{0,9}\"(?P<value>[^\"]{3,120})\"", flags=_I),
    _rule(
        "a password",
        "convertto-securestring",
        r"ConvertTo-SecureString\s{1,9}(?:-String\s{1,9})?[\"'](?P<value>[^\"'\r\n]{3,200})[\"']",
        flags=_I,
    ),
    _rule("a password", "net use ", r"net use .{1,120}? /user:\S{1,80}\s{1,4}(?P<value>[^\s/%]\S{2,80})", flags=_I),
    _rule("a password", "curl ", r"curl .{0,200}?(?:-u|--user)\s{1,4}[\"']?[^\s:\"'$%]{1,80}:(?P<value>[^\s\"'$%{]{3,120})", flags=_I),
)

SIGNATURE = next(rule for rule in RULES if rule.what == "a shared access signature")

# ``password = "..."`` in code, settings and what is quoted in them. What the name begins with does not matter.
ASSIGNED = ("passw", "passphrase", "pwd", "secret", "api", "access", "auth", "adgangskode", "kodeord")
ASSIGNMENT = re.compile(
    r"""(?P<name>(?:password|passwd|pwd|passphrase|secret|api[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token|adgangskode|kodeord)[\w-]{0,40})
        (?:["']?\]?|["']\s{0,3}\))\s{0,8}(?:as\s+string\s{0,8}|:\s{0,3}(?:str|string)\s{0,8})?(?:=|:=|=>|:|\bTO\b|,)(?!=)\s{0,8}
        (?:\$?'''(?P<robin>[^'\r\n]{3,200})'''|[@$bru]{0,2}"(?P<double>[^"\r\n]{3,200})"|[bru]{0,2}'(?P<single>[^'\r\n]{3,200})'|(?P<bare>[^\s"'`;,&<>(){}\[\]$%@]{4,200})(?=[\s;&"']|$))""",
    re.IGNORECASE | re.VERBOSE,
)
# A connection string: its parts are told by semicolons (ADO.NET, ODBC, OLE DB), and one of them names the server.
CONNECTION = re.compile(r"(?:password|pwd)\s{0,3}=\s{0,3}(?P<value>[^;\"'\s<>]{3,120}|'[^']{3,120}')", re.IGNORECASE)
CONNECTED = re.compile(r"(?:server|data\s?source|host|provider|driver|dsn|uid|user\s?id|initial\s?catalog|address)\s{0,3}=", re.IGNORECASE)
