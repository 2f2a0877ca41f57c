"""kong.yml holds to Kong's published schemas, and to what was decided of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from joserfc.jwk import ECKey

from fiscalxml_ops.gateway import kong, policies
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.keys import Chave
from fiscalxml_ops.gateway.operations import Classe, operations
from fiscalxml_ops.gateway.routes import routes
from fiscalxml_ops.gateway.scripts import chunks
from fiscalxml_server.kit.settings import Settings

from .kong_faults import faults, plugins

SETTINGS = Settings.model_construct()
GRANIAN_IDLE_SECONDS = 30
"""after which it closes a connection; see decision 17"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """With the key of tokens, read back from what Kong is given."""
    instalacao = Instalacao()
    rotas = routes(operations(SETTINGS))
    pem = ECKey.generate_key("P-256", {"kid": "k1"}).as_pem(private=False).decode()
    made = kong.declarative(
        instalacao, rotas, chunks(instalacao, rotas), [Chave("k1", pem), Chave("k2", pem)]
    )
    found: dict[str, Any] = yaml.safe_load(kong.render(made))
    assert found == made
    return found


def test_every_field_is_one_of_kongs(document: dict[str, Any]) -> None:
    assert faults(document) == []


def test_what_a_service_depends_on_takes_none_of_its_processes_out(
    document: dict[str, Any],
) -> None:
    """`/pronto` asks for that; of a database that is away, no process would be left."""
    checks = [each["healthchecks"]["active"]["http_path"] for each in document["upstreams"]]
    assert set(checks) == {"/saude"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["services"][0].update(retry=1),
        lambda d: d["services"][0].update(retries="1"),
        lambda d: d["services"][0].update(host="outro"),
        lambda d: d["services"][0]["routes"][0].update(paths=["v1/x"]),
        lambda d: d["services"][0]["routes"][0].update(methods=["BUSCAR"]),
        lambda d: d["upstreams"][0]["healthchecks"]["active"].update(path="/x"),
        lambda d: d["plugins"][0].update(name="pre-funcao"),
        lambda d: d["plugins"][0].update(config={}),
        lambda d: d["plugins"][3]["config"].update(origin="*"),
        lambda d: d["plugins"][5]["config"].update(policy="cluster"),
        lambda d: d["plugins"][5]["config"].update(minute=0),
        lambda d: d["plugins"][5]["config"]["redis"].pop("host"),
        lambda d: d["consumers"][0]["jwt_secrets"][0].update(algorithm="none"),
        lambda d: d["routes"].append(d["routes"][0]),
    ],
)
def test_what_kong_would_refuse_is_found(
    document: dict[str, Any], spoil: Callable[[dict[str, Any]], object]
) -> None:
    spoiled = copy.deepcopy(document)
    spoil(spoiled)
    assert faults(spoiled)


def test_a_load_balancer_is_verified_and_left_to_look_after_its_targets() -> None:
    instalacao = Instalacao(balanceador=True)
    rotas = routes(operations(SETTINGS))
    made = kong.declarative(instalacao, rotas, chunks(instalacao, rotas))
    assert faults(made) == []
    assert {(each["protocol"], each["tls_verify"]) for each in made["services"]} == {
        ("https", True)
    }
    assert not any("healthchecks" in each for each in made["upstreams"])


def test_each_plugin_that_was_decided_on_is_there(document: dict[str, Any]) -> None:
    assert {each["name"] for each in document["plugins"]} == {
        *("pre-function", "post-function", "correlation-id", "cors", "jwt", "rate-limiting"),
        *("opentelemetry", "prometheus"),
    }
    for _, plugin in plugins(document):
        if plugin["name"] == "rate-limiting":
            config = plugin["config"]
            assert config["limit_by"] == "ip"  # all else is the services' to count
            assert config["hide_client_headers"]
            assert config["policy"] == "redis"


def test_one_credential_a_kid_and_nobody_without(document: dict[str, Any]) -> None:
    tokens, nobody = document["consumers"]
    assert [each["key"] for each in tokens["jwt_secrets"]] == ["k1", "k2"]
    (jwt,) = [each["config"] for each in document["plugins"] if each["name"] == "jwt"]
    assert jwt["anonymous"] == nobody["username"]
    assert jwt["uri_param_names"] == jwt["cookie_names"] == []


def test_bodies_and_events_are_not_kept_on_the_way(document: dict[str, Any]) -> None:
    for service in document["services"]:
        for route in service["routes"]:
            assert not route["request_buffering"]
            if service["name"].endswith((".acompanhamento", ".arquivo")):
                assert not route["response_buffering"]


def test_the_server_under_kong_lets_go_before_granian_does() -> None:
    lines = kong.environment(Instalacao(), SETTINGS).splitlines()
    env = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert int(env["KONG_UPSTREAM_KEEPALIVE_IDLE_TIMEOUT"]) < GRANIAN_IDLE_SECONDS
    assert int(env["KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE"]) > SETTINGS.max_upload_bytes
    assert env["KONG_UNTRUSTED_LUA"] == "sandbox"
    assert env["KONG_ADMIN_LISTEN"] == "off"


def test_limits_of_an_address_are_above_those_of_an_organisation() -> None:
    """Otherwise an organisation behind one address would be refused without RateLimit headers."""
    highest = max(SETTINGS.limit_validar, SETTINGS.limit_ler, SETTINGS.limit_enviar)
    assert Instalacao().limites.endereco > highest


def test_each_class_of_operations_has_a_policy() -> None:
    assert policies.POLITICAS.keys() == set(Classe)
