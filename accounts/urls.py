"""Addresses of accounts, below /account/."""

from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import invitations, members, profile, tokens

TO_ACCOUNT = RedirectView.as_view(pattern_name="account")

urlpatterns = [
    path("", profile.account, name="account"),
    path("name", profile.name, name="change_name"),
    path("organisation", profile.choose_organisation, name="choose_organisation"),
    path("tokens", tokens.tokens, name="tokens"),
    path("tokens/new", tokens.new_token, name="new_token"),
    path("tokens/<int:pk>/revoke", tokens.end_token, name="revoke_token"),
    path("members", members.members, name="members"),
    path("members/invite", members.invite, name="invite_member"),
    path("members/<int:pk>/role", members.role, name="change_role"),
    path("members/<int:pk>/end", members.end, name="end_membership"),
    path("invitation", invitations.accept, name="accept_invitation"),
    path("invitations/<int:pk>/withdraw", members.withdraw, name="withdraw_invitation"),
    path("invitations/<int:pk>/join", invitations.join, name="join_organisation"),
    path("invitations/<str:secret>", invitations.open_invitation, name="open_invitation"),
    # An address is proven when the account is made and stays: who gets another is invited at it. Nor are accounts elsewhere
    # connected by hand, as single sign-on goes by the address.
    path("email/", TO_ACCOUNT, name="account_email"),
    path("3rdparty/", TO_ACCOUNT, name="socialaccount_connections"),
    path("", include("allauth.urls")),
]
