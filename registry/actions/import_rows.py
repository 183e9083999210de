"""Takes over a table of what an organisation runs, of its benefits or costs: shown first as it would become, stored only when it is confirmed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation, User
from accounts.viewer import Viewer
from registry.actions.import_adoption import Taken, import_adoption
from registry.actions.import_benefit import import_benefit, import_cost
from registry.errors import Conflict, NotAllowed, Refused, RegistryError
from registry.imports.models import ImportDraft
from registry.imports.outcome import Outcome, RowOutcome, as_json
from registry.imports.reading import CellError, Reading, ReadRow, read_rows
from registry.permissions import answerer_for
from registry.releases.upload import Upload

LANGUAGES: Final = ("en-GB", "da")
_WRITERS: Final[dict[str, Callable[..., Taken]]] = {"adoptions": import_adoption, "benefits": import_benefit, "costs": import_cost}


class _NotStored(Exception):
    """Takes everything back."""


def keep_import(*, organisation: Organisation, kind: str, language: str, upload: Upload, by: Viewer) -> ImportDraft:
    """Try every row, and keep the file for the person who sent it, with what would become of it, for an hour; a file sent before goes.

    Raises :class:`NotAllowed`, :class:`Refused` (``kind_unknown``, ``language_unknown``) or whatever :func:`read_rows` does.
    """
    user = _person(organisation, by)
    if kind not in _WRITERS:
        raise Refused("kind_unknown", "That is no kind of table we know.", where="kind", mend=f"Use one of: {', '.join(_WRITERS)}.")
    if language not in LANGUAGES:
        raise Refused("language_unknown", "Say how numbers are written.", where="language", mend=f"Use one of: {', '.join(LANGUAGES)}.")
    reading = read_rows(upload.path, upload.filename, kind, language)
    draft = ImportDraft(user=user, organisation=organisation, kind=kind, language=language, filename=upload.filename)
    draft.preview = as_json(_tried(draft, reading, by))
    draft.data = upload.path.read_bytes()
    with transaction.atomic():
        ImportDraft.objects.filter(user=user).delete()
        draft.save()
    return draft


def _tried(draft: ImportDraft, reading: Reading, by: Viewer) -> Outcome:
    """What :func:`import_rows` would do, found by doing it and taking all of it back; nothing is stored, nobody is told."""
    found = Outcome()
    try:
        with transaction.atomic():
            found = _taken(draft, reading, by)
            raise _NotStored
    except _NotStored:
        return found


def import_rows(*, draft: ImportDraft, by: Viewer) -> Outcome:
    """Store every row, or where one is refused none at all; with the rows the draft goes.

    Raises :class:`NotAllowed`, or :class:`Conflict` (``import_gone``) where it was imported meanwhile.
    """
    user = _person(draft.organisation, by)
    found = Outcome()
    try:
        with transaction.atomic():
            if not ImportDraft.objects.select_for_update().filter(pk=draft.pk, user=user).exists():
                raise Conflict("import_gone", "That file was imported already.", where="file", mend="Look under In use or Benefits.")
            found = _taken(draft, _read(draft), by)
            if found.refused:
                raise _NotStored
            ImportDraft.objects.filter(pk=draft.pk).delete()
            record(
                "import.done",
                draft.filename,
                by=by,
                organisation=draft.organisation,
                kind=draft.kind,
                made=len(found.made),
                known=len(found.known),
            )
    except _NotStored:
        ImportDraft.objects.filter(pk=draft.pk).update(preview=as_json(found))
    return found


def _person(organisation: Organisation, by: Viewer) -> User:
    answerer_for(by, organisation)
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "People import tables, programs use the API.", mend="Sign in and open the page Import.")
    return by.user


def _taken(draft: ImportDraft, reading: Reading, by: Viewer) -> Outcome:
    rows = tuple(_row(row, reading, draft, by) for row in reading.rows)
    return Outcome(rows, reading.unread)


def _read(draft: ImportDraft) -> Reading:
    with tempfile.NamedTemporaryFile(dir=settings.UPLOAD_DIR, suffix=".upload") as file:
        file.write(draft.data)
        file.flush()
        return read_rows(Path(file.name), draft.filename, draft.kind, draft.language)


def _row(row: ReadRow, reading: Reading, draft: ImportDraft, by: Viewer) -> RowOutcome:
    """Each in a savepoint of its own, so that what one row breaks hinders none of the others from being looked at."""
    found = RowOutcome(row.number, errors=row.errors, notes=row.notes)
    if row.errors:
        return found
    try:
        with transaction.atomic():
            taken = _WRITERS[draft.kind](values=row.values, organisation=draft.organisation, by=by)
    except RegistryError as error:
        column = reading.headings.get(error.where, "")
        return replace(found, errors=(CellError(column, error.code, error.message, error.mend),))
    return replace(found, words=taken.words, is_known=not taken.is_new)
