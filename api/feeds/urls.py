"""Addresses of the feeds. Whatever is not listed asks for a token like the rest, and then does not exist."""

from django.urls import path, re_path

from api.endpoint import NoSuchPath
from api.feeds import powerbi_adoptions
from api.feeds.atom import Advisories
from api.feeds.powerbi import Runs
from api.feeds.powerbi_claims import ClaimsTable

urlpatterns = [
    path("atom/advisories", Advisories.as_view(), name="atom_advisories"),
    path("powerbi/runs.csv", Runs.as_view(), name="powerbi_runs"),
    path("powerbi/claims.csv", ClaimsTable.as_view(), name="powerbi_claims"),
    path("powerbi/adoptions.csv", powerbi_adoptions.Adoptions.as_view(), name="powerbi_adoptions"),
    re_path(r"", NoSuchPath.as_view()),
]
