"""A security key made of software, as far as the server can tell: WebAuthn level 2, attestation "none", ES256."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """Holds one credential for one site and one user."""

    def __init__(self, site: str = "testserver", origin: str = "https://testserver", *, verifies: bool = True) -> None:
        self.site, self.origin, self.verifies = site, origin, verifies
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.identifier = secrets.token_bytes(32)
        self.user = ""
        self.uses = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer of ``navigator.credentials.create``."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public = dict(ES256.from_cryptography_key(self.private.public_key()))
        held = b"\0" * 16 + len(self.identifier).to_bytes(2, "big") + self.identifier + cbor.encode(public)
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._data(HAS_KEY) + held})
        client = self._client("webauthn.create", asked["challenge"])
        return self._credential({"clientDataJSON": text(client), "attestationObject": text(statement)}, credProps={"rk": True})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer of ``navigator.credentials.get``."""
        self.uses += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(0)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": self.user}
        )

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, response: dict[str, str], **extensions: Any) -> dict[str, Any]:
        identifier = text(self.identifier)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response, "clientExtensionResults": extensions}
