"""A production profile: each setting that is missing or weak is named, and nothing starts."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fiscalxml_server.api.app import create_app as create_api
from fiscalxml_server.auth.app import create_app as create_auth
from fiscalxml_server.kit.profile import EXIGENCIAS, PerfilRecusado, examine, refuse_weak
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.stack.doctor import PAPEIS
from fiscalxml_server.webhooks.app import create_app as create_webhooks
from services.servers.tls import new_authority

from .production import production, values

GOOD = "s3nh4-sorteada-bem-longa"


def test_the_command_knows_the_roles() -> None:
    assert set(PAPEIS) == set(EXIGENCIAS)


@pytest.mark.parametrize("papel", PAPEIS)
def test_what_is_whole_and_strong_is_accepted(papel: str, tmp_path: Path) -> None:
    settings = production(tmp_path, papel)
    assert examine(settings, papel) == []
    refuse_weak(settings, papel)


@pytest.mark.parametrize("papel", PAPEIS)
def test_development_demands_nothing(papel: str) -> None:
    refuse_weak(Settings(), papel)


def test_a_master_key_in_kms_needs_no_file(tmp_path: Path) -> None:
    kms = {"master_key_kms": "alias/mestra", "master_key_kms_mac": "alias/assinatura"}
    assert not examine(production(tmp_path, "worker", master_key_file=None, **kms), "worker")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("api", {"database_url": ""}, "DATABASE_URL"),
    ("api", {"database_url": "sem sentido"}, "DATABASE_URL"),
    ("api", {"database_url": f"postgresql://a:{GOOD}@banco/b"}, "DATABASE_URL"),
    ("api", {"database_url": f"postgresql://a:{GOOD}@banco/b?ssl=require"}, "DATABASE_URL"),
    ("api", {"database_url": f"postgresql://a:{GOOD}@banco/b?sslmode=verify-full"}, "DATABASE_URL"),
    ("api", {"database_url": "postgresql://a@banco/b?ssl=verify-full"}, "DATABASE_URL"),
    ("api", {"database_url": "postgresql://a:curta@banco/b?ssl=verify-full"}, "DATABASE_URL"),
    (
        "api",
        {"database_url": "postgresql://a:fiscalxml-fiscalxml@b/b?ssl=verify-full"},
        "DATABASE_URL",
    ),
    ("api", {"database_url": f"postgresql://a:{'a' * 30}@b/b?ssl=verify-full"}, "DATABASE_URL"),
    ("api", {"database_replica_url": f"postgresql://a:{GOOD}@b/b"}, "DATABASE_REPLICA_URL"),
    ("api", {"database_role": None}, "DATABASE_ROLE"),
    ("api", {"database_role": "fiscalxml_dono"}, "DATABASE_ROLE"),
    ("worker", {"database_role": "fiscalxml_api"}, "DATABASE_ROLE"),
    ("relay", {"broker_url": f"redis://:{GOOD}@valkey.interno/0"}, "BROKER_URL"),
    ("relay", {"broker_url": "rediss://valkey.interno/0"}, "BROKER_URL"),
    ("relay", {"broker_url": f"rediss://:{GOOD}@valkey/0?ssl_cert_reqs=none"}, "BROKER_URL"),
    ("api", {"limits_url": f"rediss://:{GOOD}@valkey/0?ssl_check_hostname=false"}, "LIMITS_URL"),
    ("worker", {"ca_file": "/nao/existe"}, "CA_FILE"),
    ("auth", {"ca_file": "/etc"}, "CA_FILE"),
    ("auth", {"ca_file": "/etc/hostname"}, "CA_FILE"),
    ("relay", {"broker_url": "rediss://:curta@valkey.interno/0"}, "BROKER_URL"),
    ("api", {"limits_url": None}, "LIMITS_URL"),
    ("auth", {"limits_url": None}, "LIMITS_URL"),
    ("auth", {"limits_url": "redis://127.0.0.1:6379/0"}, "LIMITS_URL"),
    ("api", {"trusted_proxies": 0}, "TRUSTED_PROXIES"),
    ("auth", {"trusted_proxies": 0}, "TRUSTED_PROXIES"),
    ("auth", {"directly_reached": True}, "DIRECTLY_REACHED"),
    ("worker", {"objects_url": ""}, "OBJECTS_URL"),
    ("worker", {"keys_url": ""}, "KEYS_URL"),
    ("worker", {"keys_url": "s3://documentos/producao/chaves"}, "KEYS_URL"),
    ("worker", {"objects_endpoint": "http://s3.interno"}, "OBJECTS_ENDPOINT"),
    ("worker", {"objects_access_key": "AKIA"}, "OBJECTS_SECRET_KEY"),
    ("worker", {"master_key_file": None}, "MASTER_KEY_FILE"),
    ("worker", {"master_key_file": "/nao/existe"}, "MASTER_KEY_FILE"),
    ("worker", {"master_key_file": "/etc"}, "MASTER_KEY_FILE"),
    ("worker", {"master_key_file": None, "master_key_kms": "alias/mestra"}, "MASTER_KEY_FILE"),
    ("worker", {"master_key_previous_file": "/nao/existe"}, "MASTER_KEY_PREVIOUS_FILE"),
    ("api", {"api_keys_file": "/nao/existe"}, "API_KEYS_FILE"),
    ("auth", {"api_keys_file": "/nao/existe"}, "API_KEYS_FILE"),
    ("api", {"auth_url": ""}, "AUTH_URL"),
    ("api", {"auth_url": "http://auth.interno"}, "AUTH_URL"),
    ("api", {"auth_issuer": "https://auth.fiscalxml.local"}, "AUTH_ISSUER"),
    ("api", {"auth_issuer": "http://contas.exemplo.com.br"}, "AUTH_ISSUER"),
    ("api", {"service_key_file": None}, "SERVICE_KEY_FILE"),
    ("api", {"service_key_file": "/nao/existe"}, "SERVICE_KEY_FILE"),
    ("auth", {"audit_url": ""}, "AUDIT_URL"),
    ("auth", {"objects_endpoint": "http://s3.interno"}, "OBJECTS_ENDPOINT"),
    ("auth", {"auth_secret_file": None}, "AUTH_SECRET_FILE"),
    ("auth", {"auth_secret_file": "/nao/existe"}, "AUTH_SECRET_FILE"),
    ("auth", {"services_file": None}, "SERVICES_FILE"),
    ("auth", {"services_file": "/nao/existe"}, "SERVICES_FILE"),
    ("auth", {"public_url": ""}, "PUBLIC_URL"),
    ("auth", {"public_url": "http://contas.exemplo.com.br"}, "PUBLIC_URL"),
    ("auth", {"public_url": "https://127.0.0.1:8001"}, "PUBLIC_URL"),
    ("auth", {"auth_issuer": "https://auth.fiscalxml.local"}, "AUTH_ISSUER"),
    ("auth", {"smtp_url": None}, "SMTP_URL"),
    ("auth", {"smtp_url": f"smtp://a:{GOOD}@smtp.exemplo.com.br"}, "SMTP_URL"),
    ("auth", {"smtp_url": "smtps://a:curta@smtp.exemplo.com.br"}, "SMTP_URL"),
    ("auth", {"smtp_url": "nada"}, "SMTP_URL"),
    ("auth", {"mail_from": "Contas <x@fiscalxml.local>"}, "MAIL_FROM"),
    ("webhooks", {"auth_url": ""}, "AUTH_URL"),
    ("webhooks", {"limits_url": None}, "LIMITS_URL"),
    ("webhooks", {"webhooks_secret_file": None}, "WEBHOOKS_SECRET_FILE"),
    ("webhooks", {"webhooks_secret_file": "/nao/existe"}, "WEBHOOKS_SECRET_FILE"),
    ("webhooks", {"webhooks_http": True}, "WEBHOOKS_HTTP"),
    ("entregador", {"database_role": "fiscalxml_webhooks"}, "DATABASE_ROLE"),
    ("entregador", {"service_key_file": None}, "SERVICE_KEY_FILE"),
    ("entregador", {"webhooks_secret_file": None}, "WEBHOOKS_SECRET_FILE"),
    ("entregador", {"webhooks_http": True}, "WEBHOOKS_HTTP"),
    ("entregador", {"webhooks_networks": ["10.0.0.0/8"]}, "WEBHOOKS_NETWORKS"),
    ("entregador", {"webhooks_ports": []}, "WEBHOOKS_PORTS"),
    ("entregador", {"webhooks_proxy": "proxy.interno:3128"}, "WEBHOOKS_PROXY"),
    ("entregador", {"webhooks_proxy": "socks5://proxy.interno:1080"}, "WEBHOOKS_PROXY"),
    ("entregador", {"webhooks_proxy": "http://proxy.interno:porta"}, "WEBHOOKS_PROXY"),
    ("relay", {"otlp_endpoint": "http://coletor.interno"}, "OTLP_ENDPOINT"),
    ("relay", {"log_level": "debug"}, "LOG_LEVEL"),
]


@pytest.mark.parametrize(("papel", "change", "variavel"), REFUSED, ids=str)
def test_each_weakness_is_refused_alone_and_by_its_name(
    papel: str, change: dict[str, Any], variavel: str, tmp_path: Path
) -> None:
    settings = production(tmp_path, papel, **change)
    falhas = examine(settings, papel)
    assert {each.variavel for each in falhas} == {variavel}
    with pytest.raises(PerfilRecusado, match=f"FISCALXML_{variavel}: ") as refused:
        refuse_weak(settings, papel)
    for secret in (GOOD, "curta", "fiscalxml-fiscalxml", "AKIA"):
        assert secret not in str(refused.value)


@pytest.mark.parametrize("papel", ["api", "auth"])
def test_nothing_may_be_in_front_where_the_operator_says_so(papel: str, tmp_path: Path) -> None:
    said = production(tmp_path, papel, trusted_proxies=0, directly_reached=True)
    assert examine(said, papel) == []


def test_sign_up_may_be_closed_and_invitations_still_need_a_mail_server(tmp_path: Path) -> None:
    closed = production(tmp_path, "auth", signup_open=False, smtp_url=None)
    assert [each.variavel for each in examine(closed, "auth")] == ["SMTP_URL"]


def test_an_authority_of_ours_is_certificates_and_no_key(tmp_path: Path) -> None:
    made = new_authority(tmp_path, "nossa")
    assert examine(production(tmp_path, "api", ca_file=made.ca), "api") == []
    wrong = production(tmp_path, "api", ca_file=made.servidor)
    assert [each.variavel for each in examine(wrong, "api")] == ["CA_FILE"]


def test_the_default_broker_is_nobody_s_choice(tmp_path: Path) -> None:
    given = values(tmp_path, "relay")
    del given["broker_url"]
    assert [each.variavel for each in examine(Settings(**given), "relay")] == ["BROKER_URL"]


def test_what_stays_on_this_machine_needs_no_tls(tmp_path: Path) -> None:
    local = {
        "database_url": "postgresql://fiscal@/fiscal?host=/run/postgresql",
        "broker_url": f"redis://:{GOOD}@127.0.0.1:6379/0",
        "auth_url": "http://127.0.0.1:8001",
        "objects_endpoint": "http://[::1]:9000",
    }
    assert examine(production(tmp_path, "api", **local), "api") == []


def _write(text: str, mode: int = 0o600) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(text)
        path.chmod(mode)

    return write


PRIVATE = '{"kty": "EC", "crv": "P-256", "d": "x", "x": "x", "y": "y"}'
PUBLIC = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}


@pytest.mark.parametrize(
    ("papel", "file", "variavel", "write"),
    [
        ("api", "mestra.key", "MASTER_KEY_FILE", _write(secrets.token_hex(32), 0o640)),
        ("api", "mestra.key", "MASTER_KEY_FILE", _write(secrets.token_hex(32), 0o604)),
        ("api", "mestra.key", "MASTER_KEY_FILE", _write(secrets.token_hex(16))),
        ("api", "mestra.key", "MASTER_KEY_FILE", _write("0" * 64)),
        ("api", "mestra.key", "MASTER_KEY_FILE", _write("0123456789abcdef" * 4)),
        ("api", "mestra.key", "MASTER_KEY_FILE", _write("não é hexadecimal")),
        ("auth", "auth.key", "AUTH_SECRET_FILE", _write(secrets.token_hex(31))),
        ("auth", "auth.key", "AUTH_SECRET_FILE", _write(secrets.token_hex(32), 0o666)),
        ("auth", "auth.key", "AUTH_SECRET_FILE", _write("")),
        ("auth", "auth.key", "AUTH_SECRET_FILE", _write(f"{secrets.token_hex(32)}\nabcd")),
        ("auth", "auth.key", "AUTH_SECRET_FILE", _write(f"{secrets.token_hex(32)}\n{'0' * 64}")),
        ("api", "servico.jwk", "SERVICE_KEY_FILE", _write(PRIVATE, 0o644)),
        ("api", "servico.jwk", "SERVICE_KEY_FILE", _write(json.dumps(PUBLIC))),
        ("api", "servico.jwk", "SERVICE_KEY_FILE", _write("[")),
        ("auth", "servicos.jwks", "SERVICES_FILE", _write(f'{{"keys": [{PRIVATE}]}}')),
        ("auth", "servicos.jwks", "SERVICES_FILE", _write('{"keys": []}')),
        ("auth", "servicos.jwks", "SERVICES_FILE", _write("[]")),
        ("auth", "servicos.jwks", "SERVICES_FILE", _write(json.dumps({"keys": [PUBLIC]}), 0o666)),
    ],
)
def test_a_file_of_keys_is_looked_into(
    papel: str, file: str, variavel: str, write: Callable[[Path], None], tmp_path: Path
) -> None:
    settings = production(tmp_path, papel)
    write(tmp_path / file)
    assert {each.variavel for each in examine(settings, papel)} == {variavel}


def test_the_secrets_of_before_may_follow_the_one_of_now(tmp_path: Path) -> None:
    settings = production(tmp_path, "auth", master_key_file=str(tmp_path / "mestra.key"))
    both = f"{secrets.token_hex(32)}\n{secrets.token_hex(32)}\n"
    _write(both)(tmp_path / "auth.key")
    assert examine(settings, "auth") == []
    _write(both + (tmp_path / "mestra.key").read_text())(tmp_path / "auth.key")
    assert [each.variavel for each in examine(settings, "auth")] == ["AUTH_SECRET_FILE"]


def test_one_key_is_not_good_for_two_uses(tmp_path: Path) -> None:
    settings = production(tmp_path, "auth", master_key_file=str(tmp_path / "mestra.key"))
    _write((tmp_path / "mestra.key").read_text())(tmp_path / "auth.key")
    assert [each.variavel for each in examine(settings, "auth")] == ["AUTH_SECRET_FILE"]
    settings = production(tmp_path, "webhooks", auth_secret_file=str(tmp_path / "auth.key"))
    _write((tmp_path / "auth.key").read_text())(tmp_path / "webhooks.key")
    assert [each.variavel for each in examine(settings, "webhooks")] == ["WEBHOOKS_SECRET_FILE"]


def test_the_master_key_does_not_lie_beside_what_it_wraps(tmp_path: Path) -> None:
    settings = production(tmp_path, "worker", keys_url=tmp_path.as_uri())
    assert [each.variavel for each in examine(settings, "worker")] == ["MASTER_KEY_FILE"]


def test_the_applications_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(PerfilRecusado, match="serviço api"):
        create_api(production(tmp_path, "api", keys_url=""))
    with pytest.raises(PerfilRecusado, match="serviço auth"):
        create_auth(production(tmp_path, "auth", smtp_url=None))
    with pytest.raises(PerfilRecusado, match="serviço webhooks"):
        create_webhooks(production(tmp_path, "webhooks", webhooks_http=True))


@pytest.mark.parametrize(
    ("papel", "command"),
    [
        ("worker", ["-c", "import fiscalxml_server.worker.app"]),
        ("relay", ["-m", "fiscalxml_server.worker.relay"]),
    ],
)
def test_the_other_processes_do_not_start(papel: str, command: list[str], tmp_path: Path) -> None:
    environment = _environment(values(tmp_path, papel) | {"keys_url": ""})
    ended = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "FISCALXML_KEYS_URL: falta" in ended.stderr
    assert "Traceback" not in ended.stderr


def _environment(given: dict[str, Any]) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if "FISCALXML_" not in name}
    return others | {f"FISCALXML_{name.upper()}": str(value) for name, value in given.items()}
