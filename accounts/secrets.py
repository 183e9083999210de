"""Secrets handed out once and kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def digest(secret: str) -> str:
    """The SHA-256 of ``secret`` in hexadecimal. Fast on purpose: only for secrets of 256 random bits, never for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def base62(number: int, width: int) -> str:
    """``number`` in base 62, padded to ``width`` characters."""
    digits = ""
    while number:
        number, remainder = divmod(number, 62)
        digits = ALPHABET[remainder] + digits
    return digits.rjust(width, "0")


def random_text() -> str:
    """256 random bits as 43 characters of base 62."""
    return base62(secrets.randbits(256), 43)


def checksum(text: str) -> str:
    """The CRC-32 of ``text`` as 6 characters of base 62, by which scanners tell a leaked token from a look-alike."""
    return base62(zlib.crc32(text.encode()), 6)
