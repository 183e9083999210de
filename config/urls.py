"""Every address: pages, accounts, the API and the two health checks."""

from django.urls import include, path

from accounts.views import audit
from api import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/", include("api.urls")),
    path("feeds/", include("api.feeds.urls")),
    path("account/", include("accounts.urls")),
    path("audit", audit.audit, name="audit"),
    path("audit/export", audit.export, name="export_audit"),
    path("", include("registry.web.urls")),
]
handler400 = "registry.web.errors.bad_request"
handler403 = "registry.web.errors.forbidden"
handler404 = "registry.web.errors.not_found"
handler500 = "registry.web.errors.server_error"
