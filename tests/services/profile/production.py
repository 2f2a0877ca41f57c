"""Settings that a production profile accepts."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from fiscalxml_server.kit.settings import Settings


def production(folder: Path, papel: str, **changes: Any) -> Settings:
    """Of a role; `changes` are other values."""
    return Settings(**(values(folder, papel) | changes))


def values(folder: Path, papel: str) -> dict[str, Any]:
    """The same as they would be in the environment."""
    key = ECKey.generate_key("P-256", auto_kid=True)
    written = {
        "mestra.key": secrets.token_hex(32),
        "auth.key": secrets.token_hex(32),
        "webhooks.key": secrets.token_hex(32),
        "servico.jwk": json.dumps(key.as_dict(private=True)),
        "servicos.jwks": json.dumps({"keys": [key.as_dict(private=False)]}),
    }
    for name, text in written.items():
        path = folder / name
        if not path.exists():
            path.write_text(text)
            path.chmod(0o600)
    password = secrets.token_urlsafe(24)
    shared = {
        "perfil": "producao",
        "database_url": f"postgresql://fiscal:{password}@banco.interno/fiscal?ssl=verify-full",
        "database_role": f"fiscalxml_{papel}",
        "broker_url": f"rediss://:{password}@valkey.interno:6379/0",
        "auth_issuer": "https://contas.exemplo.com.br",
    }
    asked: dict[str, Any] = {
        "limits_url": f"rediss://:{password}@valkey.interno:6379/1",
        "trusted_proxies": 1,
    }
    storing: dict[str, Any] = {
        "objects_url": "s3://documentos/producao",
        "keys_url": "s3://chaves/producao",
        "master_key_file": str(folder / "mestra.key"),
    }
    verifying: dict[str, Any] = {
        "auth_url": "https://auth.interno",
        "service_key_file": str(folder / "servico.jwk"),
    }
    delivering = verifying | {"webhooks_secret_file": str(folder / "webhooks.key")}
    own = {
        "api": storing | asked | verifying,
        "worker": storing,
        "relay": storing,
        "auth": asked
        | {
            "audit_url": "s3://auditoria/producao",
            "auth_secret_file": str(folder / "auth.key"),
            "services_file": str(folder / "servicos.jwks"),
            "public_url": "https://contas.exemplo.com.br",
            "smtp_url": f"smtps://correio:{password}@smtp.exemplo.com.br:465",
            "mail_from": "Contas <contas@exemplo.com.br>",
        },
        "webhooks": asked | delivering,
        "entregador": delivering,
    }
    return shared | own[papel]
