"""Takes what an organisation's UiPath Orchestrator sends to its webhook: proven by its signature, and by nothing else."""

from __future__ import annotations

from accounts.models import Organisation
from registry.actions.import_runs import Imported, take_runs
from registry.errors import RegistryError
from registry.telemetry.adapters import uipath
from registry.telemetry.ingest import accepting
from registry.telemetry.sources import RunHook, noted

_NOBODY = "0" * 43  # signs for the hooks that there are not, so that they take as long


class Unsigned(RegistryError):
    """No such webhook, or not signed with its secret: the two answer alike (401)."""

    status = 401
    title = "The signature does not fit"


def receive_delivery(*, key: str, body: bytes, signature: str) -> Imported:
    """Take the run that ``body`` tells of, if it is signed for the webhook ``key``. Sent again, it counts once.

    Not audited: an event is its own record. Raises :class:`Unsigned`, :class:`NotAllowed` (``runs_not_opted_in``) and :class:`Refused`.
    """
    hook = signed_hook(key, body, signature)
    organisation = Organisation.objects.filter(slug=hook.organisation, is_active=True).first()
    if organisation is None:
        raise unsigned()
    with accepting(organisation.slug):
        noted(hook)
        return take_runs(organisation, uipath.read(body))


def signed_hook(key: str, body: bytes, signature: str) -> RunHook:
    """The webhook that ``signature`` proves. Raises :class:`Unsigned`."""
    hook = RunHook.objects.filter(key=key).first()
    secrets = hook.secrets if hook else [_NOBODY]
    fits = [uipath.is_signed(body, signature, secret) for secret in secrets]  # all of them: no answer comes sooner than another
    if hook is None or not any(fits):
        raise unsigned()
    return hook


def unsigned() -> Unsigned:
    """The one answer to a delivery that proves nothing."""
    return Unsigned(
        "signature_wrong",
        "There is no such webhook, or its secret did not sign this.",
        where=uipath.HEADER,
        mend="Copy address and secret from /runs/connect into the webhook of Orchestrator.",
    )
