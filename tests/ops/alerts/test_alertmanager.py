"""From a rule that fires to who is told: real Prometheus, real Alertmanager, sinks on loopback."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from click.testing import CliRunner
from prometheus_client import start_http_server

from fiscalxml_ops.alerts.made import MANAGER
from fiscalxml_ops.alerts.manager import MODELOS, RECEPTORES, Instalacao
from fiscalxml_ops.alerts.rules import FOLDER, all_alerts
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.canary.metrics import certificates
from fiscalxml_ops.cli import main
from fiscalxml_server.kit.telemetry.metrics import REGISTRY
from parts import found
from ports import free_port
from services.servers.smtp import Caixa, start_smtp

from .names import ELSEWHERE
from .sinks import PAGERDUTY, SLACK, SWITCH, Coletor, start_sinks
from .watching import (
    REPOSITORY,
    start_alertmanager,
    start_node_exporter,
    start_prometheus,
    wait_for,
)

FIRES: Final = ("CanarioMudo", "MetricaAusente", "CertificadoVencendo", "Sentinela")
"""where nothing is there but a canary whose certificate ends in ten days: of each severity one"""
ONCALL, MANAGEMENT = "chave-do-plantao", "chave-da-gestao"


@dataclass
class Vigia:
    """What was told, and where to tell more."""

    coletor: Coletor
    caixa: Caixa
    alertmanager: str
    prometheus: str

    def paged(self, key: str) -> list[dict[str, Any]]:
        """Incidents of a service of PagerDuty."""
        return [each for each in self.coletor.came[PAGERDUTY] if each["routing_key"] == key]

    def in_slack(self, text: str) -> list[dict[str, Any]]:
        """Messages whose title has this."""
        return [
            attachment
            for message in self.coletor.came[SLACK]
            for attachment in message["attachments"]
            if text in attachment["title"]
        ]

    def add(self, *labels: str) -> None:
        """An alert, as if a rule had fired."""
        where = f"--alertmanager.url={self.alertmanager}"
        subprocess.run([found("amtool"), where, "alert", "add", *labels], check=True)


@pytest.fixture(scope="module")
def vigia(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vigia]:
    folder = tmp_path_factory.mktemp("vigia")
    certificates.at("api").set(time.time() + 10 * 86_400)
    metrics = free_port()
    server, thread = start_http_server(metrics, "127.0.0.1", REGISTRY)
    with start_sinks() as coletor, start_smtp() as caixa:
        for name, secret in (
            ("pagerduty-plantao", ONCALL),
            ("pagerduty-gestao", MANAGEMENT),
            ("slack-url", f"{coletor.base}{SLACK}"),
        ):
            (folder / name).write_text(secret)
        casa = Instalacao(
            smtp=caixa.url.removeprefix("smtp://"),
            usuario="",
            tls=False,
            segredos=str(folder),
            pagerduty=f"{coletor.base}{PAGERDUTY}",
            sentinela=f"{coletor.base}{SWITCH}",
        )
        rules = [alerta for alerta in all_alerts() if alerta.nome in FIRES]
        with (
            start_alertmanager(folder, casa) as alertmanager,
            start_prometheus(folder, rules, alertmanager, metrics) as prometheus,
        ):
            yield Vigia(coletor, caixa, alertmanager, prometheus)
    server.shutdown()
    thread.join()


def test_the_configuration_is_one_and_each_severity_has_its_way() -> None:
    amtool, file = found("amtool"), ROOT / MANAGER
    subprocess.run([amtool, "check-config", file], check=True, capture_output=True)
    assert {alerta.severidade for alerta in all_alerts()} == RECEPTORES.keys()
    for severidade, receptor in RECEPTORES.items():
        asked = ("config", "routes", "test", f"--config.file={file}", f"severidade={severidade}")
        run = subprocess.run([amtool, *asked], check=True, capture_output=True, text=True)
        assert run.stdout.split() == [receptor]


def test_an_installation_gets_its_own(tmp_path: Path) -> None:
    given = ["--smtp", "smtp.casa:587", "--usuario", "alertas", "--remetente", "alertas@casa"]
    given += ["--para", "a@casa", "--para", "b@casa", "--sentinela", "https://fora/x"]
    done = CliRunner().invoke(main, ["alertmanager", *given])
    assert done.exit_code == 0, done.output
    file = tmp_path / "alertmanager.yml"
    file.write_text(done.output)
    shutil.copy(ROOT / FOLDER / MODELOS, tmp_path)
    subprocess.run([found("amtool"), "check-config", file], check=True, capture_output=True)
    assert [line for line in done.output.splitlines() if "to:" in line] == [
        "  - to: a@casa",
        "  - to: b@casa",
    ]
    assert "auth_password: " not in done.output


def test_several_alerts_are_one_message_that_tells_of_each(tmp_path: Path) -> None:
    labels = {"alertname": "MetricaAusente", "severidade": "aviso"}
    alerts = [
        {
            "status": "firing",
            "labels": {**labels, "job": job},
            "annotations": {"summary": f"Falta {job}", "runbook_url": "https://r/x.md"},
            "startsAt": "2026-11-29T03:00:00Z",
        }
        for job in ("api", "auth")
    ]
    data = tmp_path / "alertas.json"
    data.write_text(json.dumps({"status": "firing", "commonLabels": labels, "alerts": alerts}))
    text = '{{ template "fiscalxml.titulo" . }}\n{{ template "fiscalxml.texto" . }}'
    asked = (f"--template.glob={ROOT / FOLDER}/*.tmpl", f"--template.data={data}")
    run = subprocess.run(
        [found("amtool"), "template", "render", *asked, f"--template.text={text}"],
        check=True,
        capture_output=True,
        text=True,
    )
    lines = run.stdout.replace("\\n", "\n").splitlines()
    assert lines[0] == "[AVISO] Falta api (e mais 1)"
    assert "Falta auth." in lines
    assert "Alerta: MetricaAusente, job=auth, severidade=aviso" in lines


def test_a_critical_alert_pages_who_is_on_call_and_tells_the_channel(vigia: Vigia) -> None:
    wait_for(lambda: vigia.paged(ONCALL), lambda: vigia.coletor.came)
    (page,) = {each["dedup_key"]: each for each in vigia.paged(ONCALL)}.values()
    assert page["event_action"] == "trigger"
    payload, runbook = page["payload"], f"{REPOSITORY}/docs/runbooks/CanarioMudo.md"
    assert payload["summary"] == "[CRÍTICA] O canário não completa uma volta há mais de 5 minutos"
    assert payload["severity"] == "critical"
    assert "pode estar fora para todos" in payload["custom_details"]["o_que"]
    assert [link["href"] for link in page["links"]] == [runbook] == [page["client_url"]]
    wait_for(lambda: vigia.in_slack("[CRÍTICA]"), lambda: vigia.coletor.came)
    assert vigia.in_slack("[CRÍTICA]")[0]["title_link"] == runbook
    assert not vigia.paged(MANAGEMENT)


def test_a_warning_goes_to_the_channel_alone(vigia: Vigia) -> None:
    wait_for(lambda: vigia.in_slack("[AVISO]"), lambda: vigia.coletor.came)
    told = vigia.in_slack("[AVISO]")[0]
    assert "não publica as métricas" in told["title"]
    assert told["title_link"] == f"{REPOSITORY}/docs/runbooks/MetricaAusente.md"
    assert told["color"] == "warning"
    assert "MetricaAusente" not in str(vigia.coletor.came[PAGERDUTY])
    assert "MetricaAusente" not in str(vigia.caixa.cartas)


def test_a_ticket_is_a_letter(vigia: Vigia) -> None:
    wait_for(lambda: vigia.caixa.cartas, lambda: vigia.coletor.came)
    letter = vigia.caixa.cartas[0]
    assert letter["To"] == "operacao@exemplo.com.br"
    assert letter["Subject"] == "[CHAMADO] O certificado de api vence em menos de 21 dias"
    body = letter.get_body(("plain",))
    assert body is not None
    assert f"O que fazer: {REPOSITORY}/docs/runbooks/CertificadoVencendo.md" in body.get_content()
    assert "CertificadoVencendo" not in str(vigia.coletor.came[PAGERDUTY])


def test_the_switch_outside_hears_that_somebody_watches(vigia: Vigia) -> None:
    wait_for(lambda: vigia.coletor.came[SWITCH], lambda: vigia.coletor.came)
    (alert,) = vigia.coletor.came[SWITCH][0]["alerts"]
    assert alert["labels"]["alertname"] == "Sentinela"


def test_what_lasts_pages_the_second_line(vigia: Vigia) -> None:
    vigia.add("CriticaSemSolucao", "severidade=escalada", "alerta=BancoForaDoAr")
    wait_for(lambda: vigia.paged(MANAGEMENT), lambda: vigia.coletor.came)
    assert (
        "alerta=BancoForaDoAr" in vigia.paged(MANAGEMENT)[0]["payload"]["custom_details"]["o_que"]
    )


def test_what_follows_from_something_critical_is_not_told(vigia: Vigia) -> None:
    """What comes after the one that is not told shows that it was looked at."""
    vigia.add("RelayAusente", "severidade=critica", "papel=relay", "job=prova")
    wait_for(lambda: "RelayAusente" in str(vigia.paged(ONCALL)), lambda: vigia.coletor.came)
    vigia.add("FilaAtrasada", "severidade=aviso", "job=prova")
    vigia.add("ProcessoFora", "severidade=aviso", "job=relay", "instance=r")
    vigia.add("ProcessoFora", "severidade=aviso", "job=api", "instance=a")
    vigia.add("RespostasComErro", "severidade=critica", "objetivo=erros", "queima=6")
    wait_for(lambda: "RespostasComErro" in str(vigia.paged(ONCALL)), lambda: vigia.coletor.came)
    letters = len(vigia.caixa.cartas)
    vigia.add("RespostasComErro", "severidade=chamado", "objetivo=erros", "queima=1")
    vigia.add("RespostasLentas", "severidade=chamado", "objetivo=latencia", "queima=1")
    wait_for(lambda: len(vigia.caixa.cartas) > letters, lambda: vigia.coletor.came)
    assert "FilaAtrasada" not in str(vigia.coletor.came)
    # What follows from a role that is away is told of no other role.
    wait_for(lambda: "instance=a" in str(vigia.coletor.came[SLACK]), lambda: vigia.coletor.came)
    assert "instance=r" not in str(vigia.coletor.came)
    letter = vigia.caixa.cartas[-1].get_body(("plain",))
    assert letter is not None
    assert "objetivo=latencia" in letter.get_content()
    assert "objetivo=erros" not in letter.get_content()


def test_what_rules_ask_of_others_the_others_tell(vigia: Vigia, tmp_path: Path) -> None:
    """Prometheus, Alertmanager and node_exporter as they are here."""
    names = {"ALERTS_FOR_STATE", "up"}

    def stored() -> set[str]:
        return set(httpx2.get(f"{vigia.prometheus}/api/v1/label/__name__/values").json()["data"])

    vigia.add("RespostasLentas", "severidade=chamado", "objetivo=latencia", "queima=3")
    wait_for(lambda: names <= stored(), stored)
    with start_node_exporter(tmp_path) as node:
        for address in (vigia.prometheus, vigia.alertmanager, node):
            told = httpx2.get(f"{address}/metrics").text
            names |= set(re.findall(r"^(\w+)[{ ]", told, re.MULTILINE))
            if address == node:
                assert re.search(r'node_filesystem_avail_bytes{.*fstype=".*mountpoint="', told)
            if address == vigia.alertmanager:
                assert 'notifications_failed_total{integration="slack"' in told
    assert names >= ELSEWHERE
