"""compose.yaml says what the code reads, and gives nobody more than he needs.

A check of form but for one thing: the settings of each role are judged by the production profile
itself, with secrets drawn by the command. `make drill-imagem` runs its core.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fiscalxml_ops.compose.secrets import BY_HAND, all_files, write
from fiscalxml_server.kit.profile import EXIGENCIAS, examine
from fiscalxml_server.kit.settings import SECRETS_DIR, Settings
from fiscalxml_server.stack.role import role

from .projeto import ROOT, RUNNING, compose

_CORREIO = "smtps://fiscalxml:f0ca9d7b54e84e08b6d1@smtp.exemplo.com.br:465"
_UNPINNED = {"logstash", "kibana", "filebeat"}
"""of a version whose digest is not known here"""
_WRITING = {"elasticsearch", "logstash", "kibana"}
_READS_LOGS = "filebeat"
"""as root, with the one capability for it: the engine's files are root's"""
_NOT_OURS = re.compile(r"FISCALXML_(?:LOGS_\w+|REPOSITORIO|URL$|CANARY_\w+)")
"""read by Logstash, Prometheus, the canary"""
_EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.exemplo").read_text().splitlines()
    if line and not line.startswith("#")
)

Servicos = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services() -> Servicos:
    found: Servicos = compose()["services"]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secrets as the command draws them."""
    path = tmp_path_factory.mktemp("compose") / "segredos"
    write(path, all_files(_CORREIO))
    return path


def test_each_setting_is_one_that_the_code_reads(services: Servicos) -> None:
    known = {f"FISCALXML_{name.upper()}" for name in Settings.model_fields} | {SECRETS_DIR}
    said = {name for service in services.values() for name in service.get("environment", ())}
    said |= {target.upper() for each in services.values() for _, target in _secrets(each)}
    said |= _EXAMPLE.keys()
    said |= set(re.findall(r"FISCALXML_\w+", (ROOT / "Dockerfile").read_text()))
    ours = {name for name in said if name.startswith("FISCALXML_") and not _NOT_OURS.match(name)}
    assert ours
    assert not ours - known


@pytest.mark.parametrize("nome", RUNNING)
def test_the_production_profile_accepts_the_settings_of(
    services: Servicos, folder: Path, nome: str
) -> None:
    papel = nome.removesuffix("-interno")
    settings = _settings(services[nome], folder)
    assert settings.perfil == "producao"
    assert papel in EXIGENCIAS
    assert examine(settings, papel) == []


def test_each_role_is_started_as_the_command_reads_it(
    services: Servicos, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _, argv: started.append(argv))
    roles = ("migrate", *RUNNING)
    for nome in roles:
        command = services[nome]["command"]
        assert command[0] == "role"
        assert CliRunner().invoke(role, command[1:]).exit_code == 0
    assert len(started) == len(roles)
    assert "fiscalxml_server.auth.app:create_app" in started[roles.index("auth-interno")]


def test_each_secret_is_drawn_and_its_reader_may_read_it(services: Servicos) -> None:
    drawn = {each.nome: each for each in all_files(_CORREIO)}
    assert compose()["secrets"].keys() == drawn.keys() | BY_HAND.keys()
    for nome, service in services.items():
        uid = int(service["user"].partition(":")[0])
        for source, _ in _secrets(service):
            file = drawn.get(source)
            anybody = file is not None and file.modo & 0o004
            owner = BY_HAND[source] if file is None else file.dono
            assert anybody or owner == uid, (nome, source)


def test_no_secret_is_given_to_more_than_one_kind_of_process(services: Servicos) -> None:
    """Who reads one service's password, or key, has no other's."""
    own = {"auth.key", "mestra.key", "webhooks.key", "servico-api.jwk", "banco-dono"}
    readers = {
        name: {nome for nome, each in services.items() if name in dict(_secrets(each))}
        for name in own
    }
    assert readers == {
        "auth.key": {"auth", "auth-interno"},
        "mestra.key": {"api", "worker", "relay"},
        "webhooks.key": {"webhooks", "entregador"},
        "servico-api.jwk": {"api"},
        "banco-dono": {"migrate"},
    }


def test_each_file_that_is_mounted_is_there(services: Servicos) -> None:
    absent = [
        source
        for service in services.values()
        for source in (*_mounts(service), *service.get("env_file", ()))
        if not (ROOT / source).exists()
    ]
    assert not absent


def test_what_the_gateway_s_command_replaces_is_seen_by_the_gateway(services: Servicos) -> None:
    """A file that is mounted alone stays the one that it was when the container began."""
    mounts = dict(each.split(":")[:2] for each in services["gateway"]["volumes"])
    assert mounts == {"./infra/kong": "/kong"}
    assert "KONG_DECLARATIVE_CONFIG=/kong/kong.yml\n" in (ROOT / "infra/kong/kong.env").read_text()


def test_nobody_has_more_rights_than_a_process_without_any(services: Servicos) -> None:
    for nome, service in services.items():
        assert service["cap_drop"] == ["ALL"], nome
        assert "cap_add" not in service or nome == _READS_LOGS, nome
        assert service["security_opt"] == ["no-new-privileges:true"], nome
        assert int(service["user"].partition(":")[0]) > 0 or nome == _READS_LOGS, nome
        assert service["read_only"] or nome in _WRITING, nome
        assert service["mem_limit"], nome
        assert service["cpus"], nome
        assert service["pids_limit"], nome
        assert "privileged" not in service, nome
        assert service.get("network_mode") != "host", nome


def test_images_of_others_are_pinned_by_digest(services: Servicos) -> None:
    for nome, service in services.items():
        ours = service["image"].startswith("${")
        pinned = re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", service["image"])
        assert ours or pinned or nome in _UNPINNED, nome


def test_what_keeps_data_is_reached_from_inside_alone(services: Servicos) -> None:
    project = compose()
    inside = {name for name, net in project["networks"].items() if net and net.get("internal")}
    for nome in ("postgres", "replica", "valkey", "s3", "api", "worker", "relay", "gateway"):
        assert set(services[nome]["networks"]) <= inside, nome
    published = {nome: each["ports"] for nome, each in services.items() if "ports" in each}
    outside = {nome for nome, ports in published.items() if not _local(ports)}
    assert outside == {"borda"}


def _local(ports: list[str]) -> bool:
    return all(port.startswith("127.0.0.1:") for port in ports)


def _secrets(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each is, and its name in the container."""
    for each in service.get("secrets", ()):
        yield (each, each) if isinstance(each, str) else (each["source"], each["target"])


def _mounts(service: Mapping[str, Any]) -> Iterator[str]:
    """Inside the repository; a variable's default counts."""
    for volume in service.get("volumes", ()):
        source = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume).partition(":")[0]
        if source.startswith("./"):
            yield source.removeprefix("./")


def _settings(service: Mapping[str, Any], folder: Path) -> Settings:
    """Of a service, with its secrets where the test has them."""
    given: dict[str, Any] = {
        name.removeprefix("FISCALXML_").lower(): _value(str(value), folder)
        for name, value in service["environment"].items()
        if name != SECRETS_DIR and value is not None  # of .env, which does not say it
    }
    for source, target in _secrets(service):
        if target.startswith("fiscalxml_"):
            given[target.removeprefix("fiscalxml_")] = (folder / source).read_text().strip()
    # In the container they have these names.
    names = {target: source for source, target in _secrets(service)}
    for name, value in given.items():
        path = Path(str(value))
        if path.parent == folder:
            given[name] = str(folder / names[path.name])
    return Settings(**given)


def _value(text: str, folder: Path) -> str:
    text = text.replace("/run/secrets", str(folder))
    return re.sub(r"\$\{(\w+)(?::[-?][^}]*)?\}", lambda found: _EXAMPLE[found[1]], text)
