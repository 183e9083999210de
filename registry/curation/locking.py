"""Takes a rating for writing: its module first, as every writer of the module's row in the catalogue does, so that none waits crosswise."""

from __future__ import annotations

from registry.catalogue.models import Module
from registry.curation.models import Rating


def locked_rating(key: int) -> Rating:
    """The rating, locked with its module, and with everything that is told of it. Inside a transaction."""
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(releases__ratings=key)
    rating = Rating.objects.select_for_update(of=("self",)).select_related("organisation", "release").get(pk=key)
    rating.release.module = module
    return rating
