"""Who may read what organisations state: the predicates, each in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.viewer import Viewer
from registry.catalogue.visibility import visible

if TYPE_CHECKING:
    from registry.adoption.models import Adoption  # noqa: F401 - named in a string below


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    """Adoptions; which method fits depends on what is shown of them."""

    def of(self, viewer: Viewer) -> Self:
        """With everything in them: those of one's own organisations; an auditor's all."""
        return self if viewer.is_auditor else self.filter(organisation__in=viewer.organisations)

    def counted_for(self, viewer: Viewer) -> Self:
        """That there are so many: of modules ``viewer`` sees, what is not kept to itself, and one's own."""
        return self.filter(visible(viewer, "module__")).filter(~Q(sharing="kept") | Q(organisation__in=viewer.organisations))

    def named_for(self, viewer: Viewer) -> Self:
        """Whose they are, too: of modules ``viewer`` sees, what is shown by name, and one's own. An auditor reads every name."""
        if viewer.is_auditor:
            return self
        return self.filter(visible(viewer, "module__")).filter(Q(sharing="named") | Q(organisation__in=viewer.organisations))

    def verified(self) -> Self:
        """Live, and said so within a year."""
        return self.filter(stage="live", expires_on__gte=timezone.localdate())
