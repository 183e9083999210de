"""Which of the languages that a module speaks its visitor would rather read."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from registry.index.entries import WordsEntry
from registry.values.languages import is_same_language


def preferred(request: HttpRequest, own: str, words: Sequence[WordsEntry]) -> WordsEntry | None:
    """The words in the language that the visitor's browser asks for first, or None where that is the module's ``own`` or none of them.

    Exactly the tag asked for goes before another of the same language.
    """
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if is_same_language(asked, own):
            return None
        near = [one for one in words if is_same_language(asked, one.language)]
        if near:
            return next((one for one in near if one.language.lower() == asked), near[0])
    return None
