"""WebAuthn: what a browser is asked, and what it answers. The only module that knows the library.

The user must be verified (a finger, a face, a PIN): a passkey alone is two factors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fiscalxml_server.auth.fatores.totp import EMISSOR
from fiscalxml_server.kit.settings import Settings

_CHALLENGE_BYTES: Final = 32
_LOCAL: Final = "localhost"


class Falha(Exception):
    """The answer of the browser is not good."""


class Casa(NamedTuple):
    """For whom passkeys are good."""

    id: str
    origem: str


class Apresentada(NamedTuple):
    """Which credential an answer says it is, before anything of it is proven."""

    pessoa: UUID
    credencial: bytes


def house(settings: Settings) -> Casa:
    """By the address at which people reach the service. Browsers want a name, not a number."""
    parts = urlsplit(settings.public_url or f"http://{_LOCAL}")
    host = parts.hostname or _LOCAL
    if host == "::1" or (host.startswith("127.") and ip_address(host).is_loopback):
        host = _LOCAL
    port = f":{parts.port}" if parts.port else ""
    return Casa(host, f"{parts.scheme}://{host}{port}")


def new_challenge() -> bytes:
    """Random."""
    return os.urandom(_CHALLENGE_BYTES)


def creation_options(
    casa: Casa, pessoa: UUID, email: str, nome: str, challenge: bytes, known: Sequence[bytes]
) -> dict[str, Any]:
    """For `navigator.credentials.create()`."""
    options = webauthn.generate_registration_options(
        rp_id=casa.id,
        rp_name=EMISSOR,
        user_id=pessoa.bytes,
        user_name=email,
        user_display_name=nome,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _json(options)


def request_options(casa: Casa, challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get()`: any passkey that the person has for this house."""
    options = webauthn.generate_authentication_options(
        rp_id=casa.id,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options)


def registered(casa: Casa, challenge: bytes, answer: dict[str, Any]) -> tuple[bytes, bytes, int]:
    """Id, public key and count of a new credential. Raises `Falha`."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=casa.id,
            expected_origin=casa.origem,
            require_user_verification=True,
        )
    except Exception as error:  # the library reads hostile bytes, and fails in many ways
        raise Falha from error
    return found.credential_id, found.credential_public_key, found.sign_count


def presented(answer: dict[str, Any]) -> Apresentada:
    """Raises `Falha` for what says no person of ours."""
    try:
        parsed = parse_authentication_credential_json(answer)
        return Apresentada(UUID(bytes=parsed.response.user_handle), parsed.raw_id)
    except Exception as error:  # as above
        raise Falha from error


def verified(
    casa: Casa, challenge: bytes, answer: dict[str, Any], publica: bytes, contador: int
) -> int:
    """The new count of signatures. Raises `Falha`, also for a count that went back: a copy."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=casa.id,
            expected_origin=casa.origem,
            credential_public_key=publica,
            credential_current_sign_count=contador,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise Falha from error
    return found.new_sign_count


def _json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return made
