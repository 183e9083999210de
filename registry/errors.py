"""The error family: each error has a stable code, a sentence a publisher can act on, a place and a way to mend it."""

from collections.abc import Mapping
from types import MappingProxyType


class RegistryError(Exception):
    """Base of every error the domain raises.

    ``code`` is stable and machine-readable, ``message`` says what is wrong, ``where`` names the place
    (a form field, or a path inside a file) and ``mend`` says what to do about it. ``members`` say it to machines in more detail.
    """

    status = 422
    title = "The request could not be carried out"
    members: Mapping[str, object] = MappingProxyType({})

    def __init__(self, code: str, message: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.mend = mend


class Refused(RegistryError):
    """What was sent breaks a rule; the same request will never succeed (422)."""

    title = "Refused"


class Unreadable(Refused):
    """An artefact that cannot be read, or that is recognised but not wanted (422)."""

    title = "The file could not be accepted"


class TooLarge(Refused):
    """The upload or one of its parts exceeds a limit (413)."""

    status = 413
    title = "Too large"


class Conflict(RegistryError):
    """What is stored already contradicts the request (409)."""

    status = 409
    title = "Conflict"


class NotAllowed(RegistryError):
    """The caller may see the thing but not do this to it (403)."""

    status = 403
    title = "Not allowed"


class Missing(RegistryError):
    """Absent, or hidden from the caller: the two answer alike (404)."""

    status = 404
    title = "Not found"


class Moved(RegistryError):
    """What was asked for has another identifier now (308), and the caller may see it there."""

    status = 308
    title = "Moved"

    def __init__(self, former: str, identifier: str) -> None:
        super().__init__("moved", f"{former} is {identifier} now.", where="module", mend=f"Use {identifier}.")
        self.former = former
        self.identifier = identifier

    def address(self, path: str) -> str:
        """``path`` with the identifier that holds now in the place of the former."""
        return path.replace(f"/{self.former}", f"/{self.identifier}", 1)


class RateLimited(RegistryError):
    """Too many requests; ``retry_after`` in seconds (429)."""

    status = 429
    title = "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "rate_limited", "Too many requests came in the last hour.", where="token", mend=f"Wait {retry_after} seconds, then try again."
        )
        self.retry_after = retry_after
