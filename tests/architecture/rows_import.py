"""The table's rows of the import of tables: sent by those who answer for an organisation, and read by nobody but who sent it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from registry.imports.models import ImportDraft
from tests.architecture.urls_table import _PUBLISHES, ACCOUNT, LOGIN, PUBLISHER, Actor, Row, Spot, member

TABLE = b"Module,Stage\nhampshire/partnership,interested\n"


def import_keys(world: Any) -> dict[str, Any]:
    """A file that the publisher has sent, whose rows are left as they are."""
    organisation = Organisation.objects.get(slug=PUBLISHER.organisation)
    said = {"kind": "adoptions", "language": "en-GB", "filename": "table.csv", "data": TABLE}
    return {"import": ImportDraft.objects.create(user=world.users[PUBLISHER.name], organisation=organisation, **said).pk}


def _sender(answer: str) -> Any:
    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        return answer if actor.name == PUBLISHER.name else "404"

    return rule


def _nothing(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"kind": "adoptions", "language": "en-GB", "file": SimpleUploadedFile("table.csv", b"Module,Stage\n")}


ROWS: tuple[Row, ...] = (
    Row("import", "import", member("200", *_PUBLISHES), member("422", *_PUBLISHES), body=_nothing),
    Row("import_preview", "import/<int:pk>", _sender("200"), _sender("302 /adoptions"), arguments={"pk": "import"}),
    Row("import_template", "import/templates/<piece:name>", member(), arguments={"name": "adoptions-en.csv"}),
)
