"""The folders of zones: what OpenTofu and the provider take, limits of plans, one source."""

from __future__ import annotations

import copy
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fiscalxml_ops.cli import main
from fiscalxml_ops.cloudflare import logpush, notifications
from fiscalxml_ops.cloudflare.certificate import Par, new_pair
from fiscalxml_ops.cloudflare.making import FOLDER
from fiscalxml_ops.cloudflare.origin import IDLE_SECONDS, KEEPALIVE_SECONDS
from fiscalxml_ops.cloudflare.paths import let_in, methods
from fiscalxml_ops.cloudflare.plans import (
    EXPRESSION_CHARACTERS,
    PLANOS,
    READ_SECONDS,
    RESPONSE_BYTES,
    Plano,
)
from fiscalxml_ops.cloudflare.rate_rules import OPEN_PERIOD, PERIOD
from fiscalxml_ops.cloudflare.root import PROVIDER, files, rulesets
from fiscalxml_ops.cloudflare.settings import zone_settings
from fiscalxml_ops.cloudflare.zones import ZONAS, Vinculo, Zona
from fiscalxml_ops.edge import limits
from fiscalxml_ops.edge.site import Site
from fiscalxml_ops.edge.waf import servico as waf
from fiscalxml_ops.gateway.installation import Instalacao, Servico
from fiscalxml_ops.gateway.operations import Classe
from fiscalxml_ops.gateway.policies import POLITICAS
from fiscalxml_server.kit.telemetry.headers import add_security
from services.servers.tls import new_authority

from .esquema import faults
from .pedidos import SETTINGS

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / FOLDER / "esquema.json").read_text(encoding="utf-8"))
BOUND = Vinculo("fx_live_Ab3dE6gH", "ab" * 32)
ALL = [
    *ZONAS,
    replace(ZONAS[0], plano=Plano.ENTERPRISE, vinculos=(BOUND,)),
]
each_zone = pytest.mark.parametrize("zona", ALL, ids=lambda z: f"{z.ambiente}-{z.plano}")
Json = dict[str, Any]


def read(zona: Zona) -> dict[str, Json]:
    """Its files."""
    return {name: json.loads(text) for name, text in files(zona, SETTINGS).items()}


def resources(zona: Zona) -> dict[str, Json]:
    """type -> name -> arguments"""
    found: dict[str, Json] = {}
    for told in read(zona).values():
        for kind, named in told.get("resource", {}).items():
            found.setdefault(kind, {}).update(named)
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text in it, keys too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


@each_zone
def test_the_provider_takes_every_resource(zona: Zona) -> None:
    assert list(faults(SCHEMA, resources(zona))) == []
    assert SCHEMA["provider"] == PROVIDER


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r["cloudflare_zone"]["zona"].pop("name"), "lacks name"),
        (lambda r: r["cloudflare_zone"]["zona"].update(typ="full"), "no attribute typ"),
        (lambda r: r["cloudflare_zone"]["zona"].update(type="half"), "is none of"),
        (lambda r: r["cloudflare_bot_management"]["zona"].update(enable_js="no"), "is no boolean"),
        (lambda r: r["cloudflare_zone"]["zona"].update(account="x"), "not an object"),
        (lambda r: r.update(cloudflare_zona={"a": {}}), "no such resource"),
        (
            lambda r: r["cloudflare_ruleset"]["ddos_l7"]["rules"][0].update(action="refuse"),
            "is none of",
        ),
        (
            lambda r: r["cloudflare_ruleset"]["http_ratelimit"]["rules"][0]["ratelimit"].update(
                period="10"
            ),
            "is no number",
        ),
    ],
)
def test_what_the_provider_would_refuse_is_told(change: Any, told: str) -> None:
    broken = copy.deepcopy(resources(ZONAS[0]))
    change(broken)
    assert any(told in fault for fault in faults(SCHEMA, broken))


@each_zone
def test_every_reference_is_to_something_that_there_is(zona: Zona) -> None:
    told = read(zona)
    variables = told["variaveis.tf.json"]["variable"]
    made = resources(zona)
    used = set()
    for text in (each for name in told for each in texts(told[name])):
        assert "%{" not in text
        for inside in re.findall(r"\$\{([^}]*(?:\{[^}]*\}[^}]*)*)\}", text):
            for name in re.findall(r"\bvar\.(\w+)", inside):
                assert name in variables, text
                used.add(name)
            for kind, name, attribute in re.findall(
                r"(?<!data\.)\b(cloudflare_\w+)\.(\w+)\.(\w+)", inside
            ):
                assert name in made[kind], text
                assert attribute in SCHEMA["recursos"][kind]["diz"], text
            for kind, attribute in re.findall(r"\bdata\.(\w+)\.publicados\.(\w+)", inside):
                assert attribute in SCHEMA["dados"][kind]["diz"], text
    assert used == variables.keys()


@each_zone
def test_no_secret_comes_into_a_state(zona: Zona) -> None:
    """Keys, addresses of Slack, tokens: made by hand or by the environment, told by id."""
    secret = re.compile(r"private_key|secret|token|password|webhook_url|sensitive|api_key")
    for kind, named in resources(zona).items():
        for arguments in named.values():
            assert not [key for key in arguments if secret.search(key)], kind
    told = read(zona)
    assert told["versoes.tf.json"]["provider"] == {"cloudflare": {}}
    assert not [name for name in told["variaveis.tf.json"]["variable"] if secret.search(name)]
    encryption = told["estado.tofu.json"]["terraform"]["encryption"]
    assert encryption["state"]["enforced"] is encryption["plan"]["enforced"] is True


@each_zone
def test_a_zone_keeps_to_its_plan(zona: Zona) -> None:
    own = PLANOS[zona.plano]
    told = rulesets(zona, SETTINGS)
    rates = [each["ratelimit"] for each in told["http_ratelimit"]["rules"]]
    assert len(rates) <= own.taxas
    assert {each["period"] for each in rates} <= own.periodos
    counted = {name for each in rates for name in each["characteristics"]}
    assert own.por_cabecalho or counted == {"cf.colo.id", "ip.src"}
    assert ("cloudflare_logpush_job" in resources(zona)) is own.logpush
    for ruleset in told.values():
        for rule in ruleset["rules"]:
            assert len(rule["expression"]) <= EXPRESSION_CHARACTERS
            parameters = rule["action_parameters"]
            answer = parameters.get("response", parameters)
            if "content" in answer:
                assert answer["content_type"] == "application/json"  # of problems, they take this
                assert len(answer["content"].encode()) <= RESPONSE_BYTES
                assert json.loads(answer["content"])["status"] == answer["status_code"]


@each_zone
def test_nobody_is_ever_challenged(zona: Zona) -> None:
    words = set(texts([resources(zona)[kind] for kind in ("cloudflare_ruleset",)]))
    assert not {each for each in words if "challenge" in each}
    bots = resources(zona)["cloudflare_bot_management"]["zona"]
    assert {value for name, value in bots.items() if name.startswith("sbfm_")} <= {"allow", False}
    told = zone_settings(enterprise=zona.plano is Plano.ENTERPRISE)
    assert (told["browser_check"], told["security_level"]) == ("off", "essentially_off")


def test_whoever_the_edge_lets_through_is_not_stopped_before_it() -> None:
    """Counts of one window: the outer one is never the smaller."""
    site = Site(requests_per_second=limits.requests_per_second(SETTINGS))
    rates = {
        each["ref"]: each["ratelimit"]
        for each in rulesets(ZONAS[0], SETTINGS)["http_ratelimit"]["rules"]
    }
    let_through = site.requests_per_second * PERIOD + 2 * site.requests_per_second
    assert rates["taxa_endereco"]["requests_per_period"] >= let_through
    guesses = site.sign_ins_per_second * OPEN_PERIOD + 4 * site.sign_ins_per_second
    assert rates["taxa_entrada"]["requests_per_period"] >= guesses
    assert rates["taxa_entrada"]["requests_per_period"] == Instalacao().limites.aberta
    organisation = SETTINGS.limit_validar + SETTINGS.limit_ler + SETTINGS.limit_enviar
    assert rates["taxa_endereco"]["requests_per_period"] * 60 // PERIOD > organisation


def test_methods_are_those_of_the_edge() -> None:
    (told,) = re.findall(r"tx\.allowed_methods=([A-Z ]+)", waf(SETTINGS))
    assert set(told.split()) == set(methods(let_in(ZONAS[0], SETTINGS)))


def test_a_document_passes_under_every_plan_and_a_lote_that_does_not_has_another_way() -> None:
    smallest = min(each.corpo for each in PLANOS.values())
    assert limits.document_bytes(SETTINGS) < smallest
    assert SETTINGS.max_upload_bytes > smallest
    ways = {(each.metodo, each.caminho) for each in let_in(ZONAS[0], SETTINGS)}
    assert ("POST", "/v1/lotes/envios") in ways, "a large archive goes to S3 itself"


def test_who_waits_longer_stands_farther_out() -> None:
    """Service, gateway, edge, load balancer, Cloudflare: the inner one gives up first, and says
    why. A stream has a byte each heartbeat."""
    for classe, politica in POLITICAS.items():
        if classe not in {Classe.ENVIO, Classe.ARQUIVO}:  # 300 s: bytes come, or it is over here
            assert politica.le < READ_SECONDS
    assert IDLE_SECONDS >= READ_SECONDS
    assert KEEPALIVE_SECONDS > IDLE_SECONDS
    edge = (ROOT / "infra/edge/nginx.conf").read_text(encoding="utf-8")
    assert f"keepalive_timeout {KEEPALIVE_SECONDS}s;" in edge
    assert f"proxy_read_timeout {READ_SECONDS}s;" in edge


def test_transport_is_as_strict_as_the_services_say() -> None:
    told = zone_settings(enterprise=False)
    assert (told["ssl"], told["min_tls_version"], told["tls_1_3"]) == ("strict", "1.2", "on")
    assert (told["0rtt"], told["always_use_https"]) == ("off", "on")
    headers: list[tuple[bytes, bytes]] = []
    add_security(headers)
    hsts = told["security_header"]["strict_transport_security"]
    said = dict(headers)[b"strict-transport-security"].decode()
    assert said == f"max-age={hsts['max_age']}; includeSubDomains"
    assert hsts["include_subdomains"]
    assert not hsts["preload"]


def test_no_log_tells_what_was_asked() -> None:
    telling = re.compile(
        r"Path|URI|Query|Referer|UserAgent|Cookie|Headers|Body|City|Latitude|Region"
    )
    for dataset, fields in logpush.FIELDS.items():
        assert not [each for each in fields if telling.search(each)], dataset
        assert len(set(fields)) == len(fields)
    assert "ClientIP" not in logpush.FIELDS["http_requests"]


def test_an_account_is_told_once_and_a_plan_only_of_what_it_has() -> None:
    own, other = ZONAS
    assert not notifications.policies(other).keys() - notifications.policies(own).keys()
    shared = {each.tipo for each in notifications.AVISOS if not each.por_zona}
    assert not shared & notifications.policies(other).keys()
    more = notifications.policies(replace(own, plano=Plano.ENTERPRISE))
    assert more.keys() - notifications.policies(own).keys() == {
        each.tipo for each in notifications.AVISOS if each.enterprise
    }


def test_what_aws_reads_of_it_needs_no_library() -> None:
    code = "from fiscalxml_ops.cloudflare import origin; print(len(origin.IPV4))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path = [*sys.path, 'src']; {code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) >= 15


def test_a_name_that_its_certificate_would_not_have_is_refused() -> None:
    deeper = Instalacao(api=Servico("v1.api.fiscal.example.com.br", ("api:8000",)))
    with pytest.raises(ValueError, match="logo abaixo"):
        Zona(ambiente="x", nome="fiscal.example.com.br", instalacao=deeper)
    with pytest.raises(ValueError, match="parte pública"):
        Vinculo("fx_live_", "00")


def test_the_command_makes_the_folder_of_the_repository(tmp_path: Path) -> None:
    arguments = ["cloudflare", "zona", str(tmp_path), "--ambiente", "producao"]
    done = CliRunner().invoke(main, [*arguments, "--nome", ZONAS[0].nome])
    assert done.exit_code == 0, done.output
    for path in tmp_path.iterdir():
        assert path.read_text() == (ROOT / FOLDER / "producao" / path.name).read_text(), path.name


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--vinculo", "chave"), "parte pública"),
        (("--ambiente", "../x"), "ambiente"),
        (("--nome", "exemplo"), "não é um domínio"),
        (("--nome", "example.com.br"), "logo abaixo"),
    ],
)
def test_a_zone_that_cannot_be_is_told_in_words(
    tmp_path: Path, options: tuple[str, str], words: str
) -> None:
    usual = ("--ambiente", "producao", "--nome", ZONAS[0].nome)
    wrong = CliRunner().invoke(main, ["cloudflare", "zona", str(tmp_path / "z"), *usual, *options])
    assert (wrong.exit_code, type(wrong.exception)) == (1, SystemExit)
    assert words in wrong.output
    assert not (tmp_path / "z").exists()


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "arquivo").touch()
    within = str(tmp_path / "arquivo" / "dentro")
    for words in (["zona", within, "--ambiente", "x"], ["certificado", within]):
        wrong = CliRunner().invoke(main, ["cloudflare", *words, "--nome", ZONAS[0].nome])
        assert (wrong.exit_code, type(wrong.exception)) == (1, SystemExit)
        assert "não se grava" in wrong.output


def test_a_key_is_for_its_owner_alone_whatever_stood_in_its_place(tmp_path: Path) -> None:
    before = tmp_path / "certificado-da-origem.json"
    before.touch(0o644)
    done = CliRunner().invoke(main, ["cloudflare", "certificado", str(tmp_path), "--nome", "a.com"])
    assert done.exit_code == 0, done.output
    assert before.stat().st_mode & 0o777 == 0o600
    assert json.loads(before.read_text()).keys() == {"certificate", "private_key"}


def handshake(trusted: Par, shown: Par | None, folder: Path) -> bool:
    """Whether a server that takes who `trusted` vouches for, as the load balancer does, lets in who
    shows the other: over TLS 1.3, where the client learns of it when it reads."""
    authority = new_authority(folder, "balanceador")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.servidor)
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cadata=trusted.autoridade)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    if shown is not None:
        pem = folder / "cliente.pem"
        pem.write_text(shown.certificado + shown.chave)
        client.load_cert_chain(pem)
    here, there = socket.socketpair()

    def answer() -> None:
        try:
            with server.wrap_socket(there, server_side=True) as connection:
                connection.sendall(b"ok")
        except (ssl.SSLError, OSError):
            there.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client.wrap_socket(here) as connection:
            return connection.recv(2) == b"ok"
    except (ssl.SSLError, OSError):
        return False
    finally:
        thread.join(10)


def test_the_origin_lets_in_who_shows_our_certificate_and_nobody_else(tmp_path: Path) -> None:
    ours, another = new_pair("fiscal.example.com.br"), new_pair("fiscal.example.com.br")
    assert handshake(ours, ours, tmp_path)
    assert not handshake(ours, another, tmp_path)
    assert not handshake(ours, None, tmp_path)
