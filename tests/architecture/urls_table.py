"""Who may do what at every address: actors, one world, and the table of rules that the access tests hold the product against.

The rules restate what was agreed; nothing here asks the product's own predicates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.actions.invite_member import invite_member
from accounts.models import ApiToken, Invitation, Membership, Organisation, Role, User
from accounts.viewer import viewer_of
from registry.actions.check_release import check_release
from registry.actions.refresh_module import refresh_module
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.governance.models import AccessRequest
from registry.notices.kinds import KINDS
from registry.notices.models import Notice
from registry.notices.telling import tell
from registry.releases.models import Release
from tests.make import bpmn, make_member, make_organisation, make_release, make_token, make_user

OWNER, PARTNER, STRANGER, PARTNERSHIP = "hampshire", "wiltshire", "met", "moothall"
VISIBILITIES = ("own", "named", "partnership")  # also the slugs of the owner's modules
VERSIONS = {
    "1.0.0": "listed",
    "1.1.0": "yanked",
    "1.2.0": "quarantined",
    "2.0.0": "checking",
    "2.1.0": "draft",
    "2.2.0": "in_review",
    "3.0.0": "held",
}
LISTED = ("listed", "yanked", "quarantined")  # that have passed their review
FILE = "process.bpmn"
LOGIN, ACCOUNT, AGAIN = "302 /account/login/", "302 /account/", "302 /account/reauthenticate/"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who calls; what they hold, not what follows from it."""

    name: str
    is_signed_in: bool = False
    organisation: str = ""  # of a live membership, or of the token
    role: str = ""  # of a live membership
    is_token: bool = False
    scopes: tuple[str, ...] = ()  # of a token that is live
    modules: tuple[str, ...] = ()  # that the token is bound to


def _person(name: str, organisation: str = "", role: str = "") -> Actor:
    return Actor(name, is_signed_in=True, organisation=organisation, role=role)


def _token(name: str, organisation: str, scopes: tuple[str, ...] = (), modules: tuple[str, ...] = ()) -> Actor:
    return Actor(name, is_token=True, organisation=organisation, scopes=scopes, modules=modules)


ANONYMOUS = Actor("anonymous")
PUBLISHER = _person("publisher", OWNER, Role.PUBLISHER)
ADMINISTRATOR = _person("administrator", OWNER, Role.ADMINISTRATOR)
IN_SCOPE = _token("token in scope", OWNER, ("publish", "read"))
BOTH = ("publish", "read")
PEOPLE = (
    Actor("deactivated"),  # its session is still there
    _person("outsider"),
    _person("former administrator"),
    _person("viewer", OWNER, Role.VIEWER),
    PUBLISHER,
    _person("reviewer", OWNER, Role.REVIEWER),
    ADMINISTRATOR,
    _person("named viewer", PARTNER, Role.VIEWER),
    _person("named publisher", PARTNER, Role.PUBLISHER),
    _person("unnamed viewer", STRANGER, Role.VIEWER),
    _person("unnamed administrator", STRANGER, Role.ADMINISTRATOR),
    _person("steward", PARTNERSHIP, Role.STEWARD),
    _person("auditor", PARTNERSHIP, Role.AUDITOR),
    _person("partnership's administrator", PARTNERSHIP, Role.ADMINISTRATOR),
)
TOKENS = (
    IN_SCOPE,
    _token("token read-only", OWNER, ("read",)),
    _token("token publish-only", OWNER, ("publish",)),
    _token("token telemetry-only", OWNER, ("telemetry",)),
    _token("token of another module", OWNER, BOTH, ("other",)),
    _token("token of this module", OWNER, BOTH, ("named",)),
    _token("token of the named partner", PARTNER, BOTH),
    _token("token of an unnamed partner", STRANGER, BOTH),
    _token("token of the partnership", PARTNERSHIP, BOTH),
    _token("token expired", OWNER),
    _token("token revoked", OWNER),
    _token("token of a closed organisation", "closed"),
)
ACTORS = (ANONYMOUS, *PEOPLE, *TOKENS)
ON_PAGES = (ANONYMOUS, *PEOPLE, IN_SCOPE)  # a token is nobody on a page
ON_API = (ANONYMOUS, PUBLISHER, *TOKENS)  # a session is nobody at the API


@dataclass(frozen=True, slots=True)
class Spot:
    """What an address speaks of: a module of the owner by its visibility, and one of its releases."""

    visibility: str = ""
    version: str = "1.0.0"

    @property
    def state(self) -> str:
        return VERSIONS[self.version]


def sees_module(actor: Actor, spot: Spot) -> bool:
    """Own organisation everything; named partners what names them; members of the partnership what is shared with it."""
    if not actor.organisation or (actor.is_token and not actor.scopes):
        return False
    if actor.modules:
        return actor.organisation == OWNER and spot.visibility in actor.modules
    if actor.organisation == OWNER or actor.role == Role.AUDITOR or spot.visibility == "partnership":
        return True
    return spot.visibility == "named" and (actor.organisation == PARTNER or actor.role == Role.STEWARD)


def sees_release(actor: Actor, spot: Spot) -> bool:
    """Others see listed releases alone, yanked or not, and nothing in quarantine."""
    insider = actor.organisation == OWNER or actor.role == Role.AUDITOR
    return sees_module(actor, spot) and (insider or spot.state in ("listed", "yanked"))


def publishes(actor: Actor, spot: Spot) -> bool:
    """The owner's publishers and administrators, and its tokens in scope."""
    if actor.organisation != OWNER:
        return False
    if actor.is_token:
        return "publish" in actor.scopes and (not actor.modules or spot.visibility in actor.modules)
    return actor.role in (Role.PUBLISHER, Role.ADMINISTRATOR)


Rule = Callable[[Actor, Spot], str]


# --- Rules of pages -------------------------------------------------------------------------------------------------------
def public(actor: Actor, spot: Spot) -> str:
    return "200"


def refused(actor: Actor, spot: Spot) -> str:
    return "405"


def absent(actor: Actor, spot: Spot) -> str:
    return "404"


def gone(target: str) -> Rule:
    """Everybody is led to ``target``."""
    return lambda actor, spot: f"302 {target}"


def nobody_only(answer: str, elsewhere: str = "302 /") -> Rule:
    """For those who have not signed in; the others are led elsewhere."""
    return lambda actor, spot: elsewhere if actor.is_signed_in else answer


def signed_in(answer: str = "200") -> Rule:
    """For whoever has signed in."""
    return lambda actor, spot: answer if actor.is_signed_in else LOGIN


def member(answer: str = "200", *roles: str, at: str = "", outsider: str = ACCOUNT, elsewhere: str = "403") -> Rule:
    """For members of some organisation, of ``roles`` where given; ``at`` an organisation whose things nobody else can tell are there."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return outsider
        if roles and actor.role not in roles:
            return elsewhere
        return "404" if at and actor.organisation != at else answer

    return rule


def of_members(answer: str) -> Rule:
    """What concerns another member of the owner: 404 elsewhere, 403 to those who do not manage members."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        if actor.organisation != OWNER:
            return "404"
        return answer if actor.role == Role.ADMINISTRATOR else "403"

    return rule


def only(name: str, answer: str) -> Rule:
    """For one person among those signed in; for the others it does not exist."""
    return lambda actor, spot: LOGIN if not actor.is_signed_in else answer if actor.name == name else "404"


def module_page(actor: Actor, spot: Spot) -> str:
    return LOGIN if not actor.is_signed_in else "200" if sees_module(actor, spot) else "404"


def release_page(actor: Actor, spot: Spot) -> str:
    return LOGIN if not actor.is_signed_in else "200" if sees_release(actor, spot) else "404"


# --- Rules of the API -----------------------------------------------------------------------------------------------------
def machine(scope: str, answer: Rule) -> Rule:
    """Nobody and dead tokens first, then the scope, then ``answer``."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_token:
            return "401 token_missing"
        if not actor.scopes:
            return "401 token_invalid"
        return answer(actor, spot) if scope in actor.scopes else "403 token_scope"

    return rule


def api_read(may: Callable[[Actor, Spot], bool]) -> Rule:
    return machine("read", lambda actor, spot: "200" if may(actor, spot) else "404 not_found")


def page_file(actor: Actor, spot: Spot) -> str:
    """The files of a release; of one in quarantine nobody gets them."""
    answer = release_page(actor, spot)
    return "409" if answer == "200" and spot.state == "quarantined" else answer


def api_file(actor: Actor, spot: Spot) -> str:
    answer = api_read(sees_release)(actor, spot)
    return "409 quarantined" if answer == "200" and spot.state == "quarantined" else answer


def api_write(answer: Callable[[Spot], str]) -> Rule:
    """Publishing rights are asked before existence."""
    return machine("publish", lambda actor, spot: answer(spot) if publishes(actor, spot) else "403 token_out_of_scope")


def _no_method(scope: str) -> Rule:
    return machine(scope, lambda actor, spot: "405 method_not_allowed")


def _no_path(scope: str) -> Rule:
    return machine(scope, lambda actor, spot: "404 no_such_path")


def may_change(answer: Callable[[Spot], str], sees: Callable[[Actor, Spot], bool]) -> Rule:
    """A page of the module's publishers: absent to those who do not see it, refused to those who may only look."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not sees(actor, spot):
            return "404"
        return answer(spot) if publishes(actor, spot) else "403"

    return rule


def publishes_somewhere(actor: Actor, spot: Spot) -> str:
    """A member who publishes for the organisation acted for gets a new module there."""
    return member(f"302 /modules/{actor.organisation}/brand-new/1.0.0", *_PUBLISHES)(actor, spot)


def anything(actor: Actor, spot: Spot) -> bool:
    return True


# --- The table ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """One url pattern: its name and route, and a rule for each method it takes; whatever else is refused (405)."""

    name: str
    route: str
    get: Rule
    post: Rule = refused
    rest: Rule = refused  # PATCH, DELETE, and PUT where it is not named
    put: Rule | None = None
    options: Rule = refused
    arguments: dict[str, Any] = field(default_factory=dict)
    body: Callable[[Any, Actor, Spot], dict[str, Any]] = lambda world, actor, spot: {}
    is_json: bool = False
    sees: Callable[[Actor, Spot], bool] | None = None  # who sees what a release's address shows, where it is more than who sees the release
    of: str = ""  # "module" or "release": asked for every visibility, and for every state of a release

    @property
    def is_api(self) -> bool:
        return self.route.startswith(("api/", "feeds/")) and self.name not in ("api_docs", "openapi")

    def rule(self, method: str) -> Rule:
        if method in ("GET", "HEAD"):
            return self.get
        return {"POST": self.post, "PUT": self.put or self.rest, "OPTIONS": self.options}.get(method, self.rest)


def _api(name: str, route: str, **rules: Any) -> Row:
    rules = {"get": _no_method("read"), "post": _no_method("publish"), **rules}
    return Row(name, f"api/{route}", rest=_no_method("publish"), options=_no_method("publish"), **rules)


def _reason(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"reason": "Sends the letter twice."}


def _release(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"version": "9.0.0", "artefact": SimpleUploadedFile(FILE, bpmn("Another version"))}


def _file(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"artefact": SimpleUploadedFile(FILE, bpmn("Tried only"))}


def _invitation(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    role = Role.VIEWER
    return {"organisation": actor.organisation, "email": "somebody.new@example.org", "role": role}


def _module(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    said = {"title": "Letters", "summary": "Sends a letter.", "language": "en-GB", "visibility": "own", "marking": "OFFICIAL"}
    return said | {"slug": "brand-new", "version": "1.0.0", "licence": "MIT", "artefact": SimpleUploadedFile(FILE, bpmn("A new one"))}


def _description(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"title": "Letters", "summary": "Sends a letter.", "language": "en-GB", "visibility": "own", "marking": "OFFICIAL"}


def _mails(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return dict.fromkeys((code for code, kind in KINDS.items() if not kind.is_urgent), "daily")


def _export(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"reason": "The yearly audit.", "form": "jsonl"}


def _release_address(spot: Spot) -> str:
    return f"302 /modules/{OWNER}/{spot.visibility}/{spot.version}"


def _page(name: str, route: str, rule: Rule, *, put: bool = False, **rules: Any) -> Row:
    """One of allauth's forms, which its guard keeps whatever the method; ``rule`` is for reading it and for what is sent wrongly."""
    refusal = _else(rule, "405")
    return Row(name, f"account/{route}", rule, **{"put": rule if put else refusal, "rest": refusal, "options": _else(rule, "200"), **rules})


def _else(rule: Rule, answer: str) -> Rule:
    """``answer`` to those whom ``rule`` lets in."""
    return lambda actor, spot: answer if rule(actor, spot) in ("200", "404", "401") else rule(actor, spot)


def _alike(name: str, route: str, rule: Rule, **more: Any) -> Row:
    """The same answer whatever the method."""
    return Row(name, f"account/{route}", rule, rule, rule, rule, rule, **more)


_PUBLISHES = (Role.PUBLISHER, Role.ADMINISTRATOR)
_MANAGES_TOKENS = (Role.PUBLISHER, Role.ADMINISTRATOR)
_INVITES = (Role.ADMINISTRATOR, Role.STEWARD)
_API_MODULE = "v1/modules/<segment:publisher>/<segment:slug>"
_API_RELEASE = f"{_API_MODULE}/releases/<segment:version>"
_MODULE = "modules/<piece:publisher>/<piece:slug>"
_RELEASE = f"{_MODULE}/<piece:version>"

TABLE: tuple[Row, ...] = (
    # About Moothall itself, and whether it is there.
    Row("healthz", "healthz", public),
    Row("readyz", "readyz", public),
    Row("home", "", public),
    Row("accessibility", "accessibility", public),
    Row("privacy", "privacy", public),
    Row("made_of", "made-of", public),
    Row("api_docs", "api/docs", public),
    Row("openapi", "api/v1/openapi.json", public),
    # Modules, to people.
    Row("catalogue", "modules", signed_in()),
    Row("organisation", "organisations/<piece:slug>", member(outsider="404"), arguments={"slug": OWNER}),
    Row("module", _MODULE, module_page, of="module"),
    Row("release", _RELEASE, release_page, of="release"),
    Row("download", f"{_RELEASE}/files/<piece:filename>", page_file, of="release"),
    # What publishers do to them.
    Row("publish", "publish", member("200", *_PUBLISHES), publishes_somewhere, body=_module),
    Row("check", "publish/check", member(), member(), body=_file),
    Row(
        "edit",
        f"{_MODULE}/edit",
        may_change(lambda spot: "200", sees_module),
        may_change(lambda spot: f"302 /modules/{OWNER}/{spot.visibility}", sees_module),
        body=_description,
        of="module",
    ),
    Row(
        "deprecate",
        f"{_MODULE}/deprecate",
        may_change(lambda spot: "200", sees_module),
        may_change(lambda spot: f"302 /modules/{OWNER}/{spot.visibility}", sees_module),
        body=_reason,
        of="module",
    ),
    Row(
        "yank",
        f"{_RELEASE}/yank",
        may_change(lambda spot: "200", sees_release),
        may_change(lambda spot: "422" if spot.state == "yanked" else _release_address(spot), sees_release),
        body=_reason,
        of="release",
    ),
    Row(
        "unyank",
        f"{_RELEASE}/unyank",
        may_change(lambda spot: "200", sees_release),
        may_change(lambda spot: _release_address(spot) if spot.state == "yanked" else "422", sees_release),
        body=_reason,
        of="release",
    ),
    # What one was told.
    Row("notices", "notices", member(), member("302 /notices")),
    Row("notice", "notices/<int:pk>", only("publisher", "200"), only("publisher", "302 /notices"), arguments={"pk": "notice"}),
    Row("notice_preferences", "account/notices", signed_in(), signed_in("302 /account/notices"), body=_mails),
    # Modules, to machines.
    _api("api_modules", "v1/modules", get=api_read(anything)),
    _api("api_module", _API_MODULE, get=api_read(sees_module), of="module"),
    _api("api_release", _API_RELEASE, get=api_read(sees_release), of="release"),
    _api("api_artefact", f"{_API_RELEASE}/artefacts/<segment:filename>", get=api_file, of="release"),
    _api(
        "api_releases",
        f"{_API_MODULE}/releases",
        get=api_read(sees_module),
        post=api_write(lambda spot: "201"),
        body=_release,
        of="module",
    ),
    _api("api_inspect", "v1/inspect", post=machine("publish", lambda actor, spot: "200"), body=_file),
    _api("api_deprecate", f"{_API_MODULE}/deprecate", post=api_write(lambda spot: "200"), body=_reason, is_json=True, of="module"),
    _api(
        "api_yank",
        f"{_API_RELEASE}/yank",
        post=api_write(lambda spot: "409 already_yanked" if spot.state == "yanked" else "200"),
        body=_reason,
        is_json=True,
        of="release",
    ),
    _api(
        "api_unyank",
        f"{_API_RELEASE}/unyank",
        post=api_write(lambda spot: "200" if spot.state == "yanked" else "409 not_yanked"),
        body=_reason,
        is_json=True,
        of="release",
    ),
    Row("", "api/", _no_path("read"), _no_path("publish"), _no_path("publish"), options=_no_path("publish")),
    # What was done, to the partnership's auditors alone.
    Row("audit", "audit", only("auditor", "200")),
    Row("export_audit", "audit/export", only("auditor", "200"), only("auditor", "200"), body=_export),
    # One's account and organisation.
    Row("account", "account/", signed_in()),
    Row("change_name", "account/name", signed_in(), signed_in(ACCOUNT), body=lambda *_: {"name": "Another Name"}),
    Row(
        "choose_organisation",
        "account/organisation",
        signed_in(),
        lambda actor, spot: LOGIN if not actor.is_signed_in else ACCOUNT if actor.organisation == OWNER else "422",
        body=lambda *_: {"organisation": OWNER},
    ),
    Row("tokens", "account/tokens", member("200", *_MANAGES_TOKENS)),
    Row(
        "new_token",
        "account/tokens/new",
        member("200", *_MANAGES_TOKENS),
        member("201", *_MANAGES_TOKENS),
        body=lambda *_: {"name": "Build server", "scopes": ["read", "publish"], "days": 30},
    ),
    Row(
        "revoke_token",
        "account/tokens/<int:pk>/revoke",
        member("200", *_MANAGES_TOKENS, at=OWNER),
        member("302 /account/tokens", *_MANAGES_TOKENS, at=OWNER),
        arguments={"pk": "token"},
    ),
    Row("members", "account/members", member()),
    Row("invite_member", "account/members/invite", member("200", *_INVITES), member("302 /account/members", *_INVITES), body=_invitation),
    Row(
        "change_role",
        "account/members/<int:pk>/role",
        of_members("200"),
        of_members("302 /account/members"),
        arguments={"pk": "membership"},
        body=lambda *_: {"role": Role.PUBLISHER},
    ),
    Row(
        "end_membership",
        "account/members/<int:pk>/end",
        of_members("200"),
        of_members("302 /account/members"),
        arguments={"pk": "membership"},
    ),
    Row(
        "withdraw_invitation",
        "account/invitations/<int:pk>/withdraw",
        refused,
        of_members("302 /account/members"),
        arguments={"pk": "invitation"},
    ),
    Row(
        "join_organisation",
        "account/invitations/<int:pk>/join",
        refused,
        only("outsider", ACCOUNT),
        arguments={"pk": "outsiders_invitation"},
    ),
    Row("open_invitation", "account/invitations/<str:secret>", gone("/account/invitation"), arguments={"secret": "no-such-secret"}),
    Row("accept_invitation", "account/invitation", absent, absent),
    # Addresses and accounts elsewhere are not changed by hand; allauth's own pages of the same address are never reached.
    _alike("account_email", "email/", gone("/account/")),
    _alike("socialaccount_connections", "3rdparty/", gone("/account/")),
    # Signing in and out.
    _page("account_login", "login/", nobody_only("200"), post=nobody_only("200"), put=True),
    Row(
        "account_logout",
        "account/logout/",
        lambda actor, spot: "200" if actor.is_signed_in else "302 /",
        gone("/"),
        options=public,
    ),
    _page("account_inactive", "inactive/", public),
    _alike("account_signup", "signup/", nobody_only("200")),  # says that people are invited
    _page("account_email_verification_sent", "confirm-email/", public),
    _page("account_confirm_email", r"^confirm-email/(?P<key>[-:\w]+)/$", public, post=absent, arguments={"key": "no-such-key"}),
    _alike("account_confirm_login_code", "login/code/confirm/", nobody_only(LOGIN)),
    _page(
        "mfa_login_webauthn",
        "2fa/webauthn/login/",
        nobody_only(LOGIN),
        post=nobody_only(LOGIN),
        put=True,
        rest=nobody_only("405"),
        options=nobody_only("200"),
    ),
    _alike("mfa_authenticate", "2fa/authenticate/", nobody_only(LOGIN)),
    # Passwords.
    _page("account_reset_password", "password/reset/", public, post=public, put=True),
    _page("account_reset_password_done", "password/reset/done/", public),
    _page("account_reset_password_from_key_done", "password/reset/key/done/", public),
    _alike(
        "account_reset_password_from_key",
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public,  # says that the link has ended
        arguments={"uidb36": "1", "key": "no-such-key"},
    ),
    _page("account_change_password", "password/change/", signed_in(), post=signed_in(), put=True),
    _alike("account_set_password", "password/set/", signed_in("302 /account/password/change/")),
    _page("account_reauthenticate", "reauthenticate/", signed_in(), post=signed_in(), put=True),
    # Second factors, of people who have none yet.
    _page("mfa_index", "2fa/", signed_in(), post=signed_in("405")),
    _page("mfa_list_webauthn", "2fa/webauthn/", signed_in(), post=signed_in("405")),
    _page("mfa_view_recovery_codes", "2fa/recovery-codes/", signed_in("404"), post=signed_in("405")),
    _alike("mfa_download_recovery_codes", "2fa/recovery-codes/download/", signed_in("404")),
    _alike("mfa_deactivate_totp", "2fa/totp/deactivate/", signed_in("404")),
    _alike("mfa_reauthenticate", "2fa/reauthenticate/", signed_in(AGAIN)),
    _alike("mfa_reauthenticate_webauthn", "2fa/webauthn/reauthenticate/", signed_in(AGAIN)),
    _alike("mfa_activate_totp", "2fa/totp/activate/", signed_in(AGAIN)),
    _alike("mfa_generate_recovery_codes", "2fa/recovery-codes/generate/", signed_in(AGAIN)),
    _alike("mfa_add_webauthn", "2fa/webauthn/add/", signed_in(AGAIN)),
    _alike("mfa_remove_webauthn", "2fa/webauthn/keys/<int:pk>/remove/", signed_in(AGAIN), arguments={"pk": 1}),
    _alike("mfa_edit_webauthn", "2fa/webauthn/keys/<int:pk>/edit/", signed_in(AGAIN), arguments={"pk": 1}),
    # Single sign-on, where no provider is configured.
    _page("socialaccount_login_cancelled", "3rdparty/login/cancelled/", public),
    _page("socialaccount_login_error", "3rdparty/login/error/", lambda actor, spot: "401"),
    _alike("socialaccount_signup", "3rdparty/signup/", gone("/account/login/")),
    _alike("", "social/login/cancelled/", gone("/account/3rdparty/login/cancelled/")),
    _alike("", "social/login/error/", gone("/account/3rdparty/login/error/")),
    _alike("", "social/signup/", gone("/account/3rdparty/signup/")),
    _alike("", "social/connections/", gone("/account/3rdparty/")),
    _alike("openid_connect_login", "oidc/^(?P<provider_id>[^/]+)/login/", absent, arguments={"provider_id": "none"}),
    _alike("openid_connect_callback", "oidc/^(?P<provider_id>[^/]+)/login/callback/", absent, arguments={"provider_id": "none"}),
)

# The rows of later topics stand in files of their own, which use the rules above.
from tests.architecture.rows_review_api import ROWS as REVIEW_API  # noqa: E402
from tests.architecture.rows_reviews import ROWS as REVIEWS  # noqa: E402
from tests.architecture.rows_reviews import review_keys  # noqa: E402

TABLE += REVIEW_API
TABLE += REVIEWS


from tests.architecture.rows_governance import ROWS as _GOVERNANCE  # noqa: E402 - it takes its rules from above

TABLE += _GOVERNANCE
from tests.architecture import rows_lifecycle  # noqa: E402 - its rows are made from what stands above

TABLE += rows_lifecycle.ROWS
from tests.architecture import rows_notice_periods  # noqa: E402 - as above

TABLE += rows_notice_periods.ROWS
from tests.architecture import rows_adoption  # noqa: E402 - as above

TABLE += rows_adoption.ROWS
from tests.architecture import rows_practice, rows_ratings  # noqa: E402 - as the rows before

TABLE += rows_ratings.ROWS
TABLE += rows_practice.ROWS

from tests.architecture.rows_statistics import ROWS as _STATISTICS  # noqa: E402 - it takes its rules from above

TABLE += _STATISTICS
from tests.architecture.rows_compare import ROWS as _COMPARE  # noqa: E402 - as above

TABLE += _COMPARE
from tests.architecture import rows_ledger  # noqa: E402 - its rows are made from what stands above

TABLE += rows_ledger.ROWS
from tests.architecture import rows_runs  # noqa: E402 - it takes its rules from above

TABLE += rows_runs.ROWS
from tests.architecture import rows_run_sources  # noqa: E402 - as the rows before

TABLE += rows_run_sources.ROWS

from tests.architecture.rows_import import ROWS as _IMPORT  # noqa: E402 - it takes its rules from above
from tests.architecture.rows_import import import_keys  # noqa: E402

TABLE += _IMPORT

from tests.architecture.rows_dashboards import ROWS as _DASHBOARDS  # noqa: E402 - it takes its rules from above

TABLE += _DASHBOARDS
from tests.architecture import rows_claims  # noqa: E402 - as above

TABLE += rows_claims.ROWS
from tests.architecture import rows_composing  # noqa: E402 - as the rows before

TABLE += rows_composing.ROWS

from tests.architecture.rows_steps import ROWS as _STEPS  # noqa: E402 - it takes its rules from above

TABLE += _STEPS
from tests.architecture import rows_resolving  # noqa: E402 - as above

TABLE += rows_resolving.ROWS
from tests.architecture import rows_sequences  # noqa: E402 - as above

TABLE += rows_sequences.ROWS


def routes() -> Iterator[tuple[str, str]]:
    """``(name, route)`` of every url pattern of the project."""

    def walk(patterns: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern.url_patterns, route)

    yield from walk(get_resolver().url_patterns, "")


# --- The world ------------------------------------------------------------------------------------------------------------
class World:
    """The owner's three modules, each with a release in every state; everybody's sessions and tokens."""

    def __init__(self) -> None:
        for slug in (OWNER, PARTNER, STRANGER, "kent"):
            make_organisation(slug)
        make_organisation(PARTNERSHIP, kind="partnership")
        self.users = {actor.name: self._user(actor) for actor in PEOPLE}
        self.sessions = {name: _session(user) for name, user in self.users.items()}
        User.objects.filter(pk=self.users["deactivated"].pk).update(is_active=False)
        Membership.objects.filter(user=self.users["former administrator"]).delete()
        self.secrets = {actor.name: self._secret(actor) for actor in TOKENS}
        self.by = viewer_of(self.users["publisher"])
        for visibility in VISIBILITIES:
            self._module(visibility)
        self._things()

    def _user(self, actor: Actor) -> User:
        if actor.name in ("deactivated", "former administrator"):
            return make_member(OWNER, Role.ADMINISTRATOR)
        return make_member(actor.organisation, actor.role) if actor.organisation else make_user()

    def _secret(self, actor: Actor) -> str:
        secret = make_token(actor.organisation, actor.scopes or BOTH, modules=actor.modules)
        token = ApiToken.objects.select_related("organisation").latest("pk")
        if actor.name == "token expired":
            ApiToken.objects.filter(pk=token.pk).update(expires_at=token.created_at)
        elif actor.name == "token revoked":
            ApiToken.objects.filter(pk=token.pk).update(revoked_at=token.created_at)
        elif not actor.scopes:
            token.organisation.is_active = False
            token.organisation.save()
        return secret

    def _module(self, visibility: str) -> None:
        shares = {"share_with": (PARTNER, "kent")} if visibility == "named" else {}
        for version, state in VERSIONS.items():
            release = make_release(
                f"{OWNER}/{visibility}",
                version,
                filename=FILE,
                visibility=visibility,
                by=self.by,
                checked=state in LISTED,
                draft=state == "draft",
                **shares,
            )
            if state == "yanked":
                yank_release(release=release, reason="Sends the letter twice.", by=self.by)
            elif state == "quarantined":
                Release.objects.filter(pk=release.pk).update(quarantined_at=release.created_at, quarantine_reason="An inquiry.")
                refresh_module(release.module)
            elif state == "in_review":
                check_release(release.pk)
            elif state == "held":
                Release.objects.filter(pk=release.pk).update(state="held")

    def _things(self) -> None:
        administrator = viewer_of(self.users["administrator"])
        rows_runs.things()
        make_token(OWNER)
        spare = make_member(OWNER, Role.VIEWER)
        invite_member(organisation=administrator.organisation, email="newcomer@example.org", role=Role.VIEWER, by=administrator)
        strangers = viewer_of(self.users["unnamed administrator"])
        invite_member(organisation=strangers.organisation, email=self.users["outsider"].email, role=Role.VIEWER, by=strangers)
        self.keys = {
            "token": ApiToken.objects.latest("pk").pk,
            "access_request": self._access_request(strangers.organisation),
            "membership": Membership.objects.get(user=spare).pk,
            "invitation": Invitation.objects.get(email="newcomer@example.org").pk,
            "notice": self._notices(),
            "outsiders_invitation": Invitation.objects.get(email=self.users["outsider"].email).pk,
            **review_keys(self),
            **rows_lifecycle.things(self),
            **rows_notice_periods.things(self),
            **rows_adoption.things(self),
            **import_keys(self),
            **rows_ratings.things(self),
            **rows_practice.things(self),
            **rows_ledger.things(self),
            **rows_claims.things(self),
            **rows_run_sources.things(),
            **rows_composing.things(self),
        }

    def _access_request(self, organisation: Organisation | None) -> int:
        """A request of the strangers for what is shared by name. Its module is not on request, so that nobody else can ask."""
        module = Module.objects.get(publisher=OWNER, slug="named")
        said = {"reason": "We do the same.", "purpose": "A pilot.", "until": date(2027, 4, 30)}
        return AccessRequest.objects.create(module=module, organisation=organisation, **said).pk

    def _notices(self) -> int:
        """Everybody is told of every module, whether they see it or not. The key of one that the publisher was given."""
        for module in Module.objects.filter(publisher=OWNER):
            link = f"/modules/{module.identifier}"
            for slug in (OWNER, PARTNER, STRANGER, PARTNERSHIP):
                people, for_them = self.users.values(), make_organisation(slug)
                tell(people, "recall", title=f"About {link}", text="", address=link, organisation=for_them, module=module)
        return Notice.objects.filter(user=self.users["publisher"]).latest("pk").pk

    def client(self, actor: Actor, **options: Any) -> Client:
        """A client of its own for every request: no answer changes what the next one sends."""
        client = Client(raise_request_exception=False, **options)
        if actor.name in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor.name]
        return client

    def ask(
        self, actor: Actor, method: str, path: str, data: dict[str, Any] | None = None, *, is_json: bool = False, **headers: str
    ) -> Any:
        """One request of ``actor``."""
        if actor.is_token:
            headers["Authorization"] = f"Bearer {self.secrets[actor.name]}"
        client = self.client(actor)
        if method == "POST":
            options: dict[str, Any] = {"content_type": "application/json"} if is_json else {}
            response = client.post(path, data or {}, headers=headers, **options)
        else:
            response = client.generic(method, path, headers=headers)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content  # and closes the file
        return response

    def arguments(self, row: Row, spot: Spot) -> dict[str, Any]:
        """What fills the address of ``row``."""
        known = {"publisher": OWNER, "slug": spot.visibility, "version": spot.version, "filename": FILE}
        filled = {name: value for name, value in known.items() if f":{name}>" in row.route}
        return filled | {name: self._key(value, spot) for name, value in row.arguments.items()}

    def _key(self, value: Any, spot: Spot) -> Any:
        """The key that ``value`` names, for what the spot speaks of where there is one of each; else the value itself."""
        return self.keys.get(f"{value} {spot.visibility}", self.keys.get(value, value))


def address(world: World, row: Row, spot: Spot) -> str:
    """Where ``row`` is for ``spot``."""
    arguments = world.arguments(row, spot)
    return reverse(row.name, kwargs=arguments) if arguments else f"/{row.route}"


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def answered(response: Any) -> str:
    """A response in the table's words: status, and where it leads or the problem's code."""
    if response.status_code in (301, 302):
        return f"302 {response['Location'].partition('?')[0]}"
    if response.headers.get("Content-Type") == "application/problem+json" and response.body:
        return f"{response.status_code} {response.json()['code']}"
    return str(response.status_code)
