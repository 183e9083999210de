"""The authenticator app of a test: the six digits of RFC 6238 for a shown setup key."""

from __future__ import annotations

import base64
import hmac
import struct
import time

PERIOD = 30


def code(key: str) -> str:
    """The code that holds now; near the end of its time the next one is waited for, as a person would."""
    left = PERIOD - time.time() % PERIOD
    if left < 4:
        time.sleep(left + 0.1)
    mac = hmac.digest(base64.b32decode(key), struct.pack(">Q", int(time.time()) // PERIOD), "sha1")
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
