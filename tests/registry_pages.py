"""Clients of the pages, and what a reader reads of one."""

from __future__ import annotations

import re

from django.test import Client

from accounts.models import Role, User
from tests.make import make_member


def client_of(user: User | None) -> Client:
    """Signed in."""
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def person(slug: str, role: str = Role.PUBLISHER) -> Client:
    """A new member of an organisation, signed in."""
    return client_of(make_member(slug, role))


def shown(client: Client, address: str, status: int = 200) -> str:
    """The text of a page that answers with ``status``."""
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def words_of(page: str) -> str:
    """The text without tags, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()
