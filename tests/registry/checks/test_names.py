"""Names of fields that hold secrets, and values that only stand for one."""

from __future__ import annotations

import pytest

from registry.checks.names import entropy, is_placeholder, is_secret
from registry.checks.personal_number import nhs_check


@pytest.mark.parametrize(
    "name",
    [
        "Password", "password", "in_Password", "strPassword", "RMS Password", "db_password", "ClientSecret", "client_secret", "apiKey", "API Key",
        "x-api-key", "Ocp-Apim-Subscription-Key", "AccountKey", "Authorization", "accessToken", "Password1", "passwordText", "adgangskode", "pwd",
        "DB_PASS_WORD", "x-functions-key", "SecretValue",
    ],
)  # fmt: skip
def test_secret_names(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "PasswordFieldName", "passwordLabel", "SecretName", "CredentialName", "AssetName", "tokenType", "max_tokens", "publicKeyToken", "keyboard",
        "PasswordSelector", "has_password", "password_url", "ApiKeyHeader", "passwordPolicy", "Secretary", "Compass", "keyField", "a" * 5000, "Password Reset Link", "ConnectionString",
    ],
)  # fmt: skip
def test_other_names(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        "", "x", "****", "xxxxxxxx", "••••••", "{x:Null}", "[password]", '[in_Config("Key").ToString]', "@parameters('key')", "@{body('x')}", "%Password%",
        "{{token}}", "${SECRET}", "$env:SECRET", "$(Get-Secret rms)", "<your key>", "<access token>", "your-api-key", "YOUR_PASSWORD", "yourpassword123",
        "changeme", "ChangeMe!", "AKIAIOSFODNN7EXAMPLE", "os.environ['X']", "config.password", "null", "None", "true", "string", "password", "placeholder",
        "Enter password", "TODO", "#{Password}#", "__PASSWORD__", "in_Password", "REDACTED", "example-key", "system.string", '"Your-bearer-key"', "NEWS_API_KEY", "PASTE_YOUR_MAPS_KEY_HERE", "sk-YOUR_MODEL_KEY_HERE",
        "GO***************Re6y", "PROXY_AUTH", "OctoPrint-API-Key",
    ],
)  # fmt: skip
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "Kite-Marble-77",
        "P@ssw0rd_FAKE_DoNotUse",
        "sommer2024",
        "q7Vx2LmZ9rTw4KpB",
        "Winter-2031!",
        "hunter22",
        "100%sure-it-is",
        "WINTER_2031_KEY",
        '"q7Vx2LmZ9rTw"',
    ],
)
def test_values(value: str) -> None:
    assert not is_placeholder(value)


def test_entropy() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
    assert entropy("q7Vx2LmZ9rTw4KpB8nYd3HsF6jGc1eUa") > 4


def test_check_digits_of_nhs_numbers() -> None:
    assert nhs_check("9434765919")
    assert nhs_check("9434765870")
    assert not nhs_check("9434765918")
    assert not nhs_check("1111111111")
