"""Numbers that stand in two places, for one environment cannot import the other's, agree."""

from __future__ import annotations

import re
from pathlib import Path

from fiscalxml_aws import firewall, inner, judging, settings, web
from fiscalxml_ops.cloudflare import origin
from fiscalxml_ops.scaling import policies

ROOT = Path(__file__).parents[3]
OPS = ROOT / "src/fiscalxml_ops"


def _number(path: str, pattern: str) -> float:
    found = re.search(pattern, (ROOT / path).read_text())
    assert found, (path, pattern)
    return float(found[1].replace("_", ""))


def _setting(name: str) -> float:
    return _number(
        "src/fiscalxml_server/kit/settings.py", rf"\n    {name}: \w+ = (?:Field\(default=)?([\d_]+)"
    )


def test_whoever_waits_for_an_answer_waits_longer_than_whoever_gives_it() -> None:
    kong = _number("src/fiscalxml_ops/gateway/policies.py", r"KEEPALIVE_SECONDS: Final = (\d+)")
    heartbeat = _number("src/fiscalxml_server/kit/http/events.py", r"HEARTBEAT_SECONDS: .*= (\d+)")
    waiting = _setting("danfe_waiting_seconds")
    # An idle connection is let go by who uses it before who serves it.
    assert kong < inner.IDLE_SECONDS < settings.KEEP_ALIVE_SECONDS <= 60
    assert origin.IDLE_SECONDS < origin.KEEPALIVE_SECONDS
    # What thinks begins its answer before the load balancer gives up.
    assert settings.DANFE_SECONDS + waiting < inner.IDLE_SECONDS
    assert heartbeat * 2 < inner.IDLE_SECONDS


def test_a_version_goes_back_by_the_objectives() -> None:
    path = "src/fiscalxml_ops/objectives.py"
    assert _number(path, r"LATENCIA_SEGUNDOS: Final = ([\d.]+)") == judging.LATENCY_SECONDS
    assert _number(path, r'Queima\(fator=Decimal\("([\d.]+)"\)') == judging.BURNING
    promised = _number(path, r'nome="erros",(?s:.)*?alvo=Decimal\("([\d.]+)"\)')
    assert abs(judging.ERROR_BUDGET - (1 - promised)) < 1e-9
    decision = "src/fiscalxml_ops/deploy/decision.py"
    text = (ROOT / decision).read_text()
    assert judging.LEAST_REQUESTS in map(int, re.findall(r"= (\d+)\b", text))
    assert judging.LEAST_ERRORS in map(int, re.findall(r"= (\d+)\b", text))


def test_the_old_version_is_warm_for_as_long_as_new_faults_take_to_show() -> None:
    # The burn of an hour's budget is seen in five minutes; three of them are waited for.
    assert web.BAKE_MINUTES >= 15
    assert web.CANARY_PERCENT <= 10


def test_rates_are_those_of_the_gateway_and_of_the_services() -> None:
    gateway = _number("src/fiscalxml_ops/gateway/installation.py", r"endereco: Positive = ([\d_]+)")
    assert gateway == firewall.ADDRESS_A_MINUTE
    limits = sum(_setting(f"limit_{each}") for each in ("validar", "ler", "enviar", "gerir"))
    assert limits == firewall.CREDENTIAL_A_MINUTE
    signs = _number("src/fiscalxml_ops/edge/site.py", r"sign_ins_per_second: int = (\d+)")
    assert signs * 60 == firewall.SIGN_INS_A_MINUTE


def test_bodies_of_documents_are_the_services_to_judge() -> None:
    operations = (ROOT / "infra/kong/kong.yml").read_text()
    carrying = set(re.findall(r"/v1/(validacoes|resumos|documentos|lotes)\b", operations))
    assert carrying == {"validacoes", "resumos", "documentos", "lotes"}
    for each in carrying:
        assert re.match(firewall.DOCUMENTS, f"/v1/{each}")
    for each in ("sessoes", "cadastro", "conta", "chaves-api", "membros"):
        assert not re.match(firewall.DOCUMENTS, f"/v1/{each}")


def test_a_colour_beside_the_other_finds_its_machines() -> None:
    machines = policies.API.machines
    assert machines is not None
    assert machines.maximum >= policies.API.maximum
