"""What is written of runs: pages, charts, tables, and loads that are read again."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree

from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.cli import main
from fiscalxml_ops.cost.prices import load as prices
from fiscalxml_ops.scaling import load as loads
from fiscalxml_ops.scaling.command import publicar
from fiscalxml_ops.scaling.costs import cost, task_hour
from fiscalxml_ops.scaling.limits import binding, limits, users
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.policies import ALARMS, API, WORKER
from fiscalxml_ops.scaling.report import chart, number, rows, table
from fiscalxml_ops.scaling.results import PAGE, digest, scenarios
from fiscalxml_ops.scaling.simulation import Run, simulate
from ports import free_port

SECONDS = 600


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(loads.constant(60_000, 60_000, SECONDS))


def test_the_results_are_of_these_policies_rates_and_prices() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert f"`{digest()}`" in text, "run make escala"
    for name in scenarios():
        assert f"({name}.svg)" in text
        etree.parse(ROOT / PAGE.replace("resultados.md", f"{name}.svg"))


def test_the_alarm_that_tells_somebody_has_its_runbook_whose_commands_there_are() -> None:
    (alarm,) = ALARMS
    page = ROOT / "docs/runbooks/nuvem/EscalaSemMedida.md"
    text = page.read_text(encoding="utf-8")
    assert f"`{alarm.name}`" in text
    for target in re.findall(r"\]\(([^)]+)", text):
        assert (page.parent / target).exists(), target
    given = re.findall(r"fiscalxml-ops escala publicar(?: --uma-vez)?((?: --[a-z-]+ \S+)+)", text)
    known = {option for each in publicar.params for option in each.opts}
    assert set(re.findall(r"--[a-z-]+", " ".join(given))) <= known
    assert f"o máximo é {WORKER.maximum}" in text


def test_what_is_paid_for_is_hours_at_the_prices_of_the_table(run: Run) -> None:
    hours = Decimal(SECONDS) / 3600
    of = {target.role: task_hour(target, "us-east-1") for target in (WORKER, API)}
    assert of["api"] == prices().valor("ec2.c5.large", "us-east-1")
    for target in (WORKER, API):
        expected = hours * target.minimum * of[target.role]
        assert cost(run)[target.role] == pytest.approx(expected, rel=Decimal("1e-9"))
    assert sum(cost(run, "sa-east-1").values()) > sum(cost(run).values())


def test_hours_on_spot_cost_less_by_the_discount_of_the_table() -> None:
    load = loads.constant(600_000, 0, 900)
    dear, cheap = (simulate(load, Plant(spot=spot)) for spot in (False, True))
    assert cheap.worker_hours == dear.worker_hours > cheap.spot_hours > 0
    saved = cost(dear)[WORKER.role] - cost(cheap)[WORKER.role]
    off = prices().valor("desconto.fargate.spot", "us-east-1")
    assert saved == pytest.approx(
        Decimal(cheap.spot_hours) * off * task_hour(WORKER, "us-east-1"), rel=Decimal("1e-9")
    )


def test_a_chart_is_an_image_and_the_samples_a_table(run: Run) -> None:
    image = etree.fromstring(chart(run).encode())
    assert len(image.findall(".//{*}path[@stroke-width]")) == 7
    lines = list(csv.DictReader(table(run).splitlines()))
    assert len(lines) == SECONDS / 10
    assert {int(line["workers"]) for line in lines} == {WORKER.minimum}


def test_every_row_of_the_report_says_something(run: Run) -> None:
    assert all(what and how_much for what, how_much in rows(run))


def test_what_carries_least_binds_and_more_documents_a_user_are_fewer_users() -> None:
    assert binding().minute == min(each.minute for each in limits() if each.unit == "documentos")
    assert users(1000) == pytest.approx(users(100) / 10)
    assert Plant().most_documents == WORKER.maximum * Plant().worker_documents


def test_limits_are_told_as_measured_and_as_the_bill_supposes_of_aws() -> None:
    """The two pages say the same of what twenty workers do."""
    told = CliRunner().invoke(main, ["escala", "limites"]).output
    bill = (ROOT / "ops/cost/custo.md").read_text(encoding="utf-8")
    supposed = re.search(r"\| Workers \| 20 tarefas \| ([\d.]+) \|", bill)
    assert supposed is not None
    assert supposed[1] in told
    assert f"| {supposed[1]} |" in (ROOT / PAGE).read_text(encoding="utf-8")
    assert number(Plant().most_documents) in told


def test_a_load_that_is_written_is_read_again(tmp_path: Path) -> None:
    load = loads.spike(1000, 2000, quiet=120, lasting=60)
    loads.write(tmp_path / "pico.csv", load)
    assert loads.read(tmp_path / "pico.csv") == load


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "segundo,documentos,requisicoes\n0,1,1\n",
        "segundo,documentos,requisicoes\n5,1,1\n6,1,1\n",
        "segundo,documentos,requisicoes\n0,1,1\n0,1,1\n",
        "segundo,documentos,requisicoes\n0,1,1\n60,-1,1\n",
        "segundo,documentos,requisicoes\n0,1,1\n60,nan,1\n",
    ],
)
def test_a_table_that_is_no_load_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "carga.csv"
    file.write_text(text)
    result = CliRunner().invoke(main, ["escala", "simular", "--carga", str(file)])
    assert result.exit_code == 2
    assert "carga.csv: " in result.output


@pytest.mark.parametrize(
    "options",
    [
        ("--documentos", "nan"),
        ("--documentos", "inf"),
        ("--lote", "nan"),
        ("--banco", "inf"),
        ("--carga", "/nao/existe.csv"),
    ],
)
def test_what_no_load_can_be_is_refused_in_words(options: tuple[str, str]) -> None:
    result = CliRunner().invoke(main, ["escala", "simular", *options])
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)


@pytest.mark.parametrize(
    "content", [b"\xff\n", b"segundo,documentos,requisicoes\n0,1,1\n9999999,1,1\n"]
)
def test_a_file_that_is_no_load_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "carga.csv").write_bytes(content)
    result = CliRunner().invoke(main, ["escala", "simular", "--carga", str(tmp_path / "carga.csv")])
    assert result.exit_code == 2
    assert "carga.csv: " in result.output


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "carga.csv"
    file.write_text("segundo,documentos,requisicoes\n0,1,1\n60,1,1\n")
    result = CliRunner().invoke(
        main, ["escala", "simular", "--carga", str(file), "--saida", str(file / "dentro")]
    )
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "não se grava" in result.output


@pytest.mark.parametrize("url", ["", "postgresql://127.0.0.1:1/nada"])
def test_a_queue_that_cannot_be_read_is_told(url: str) -> None:
    result = CliRunner().invoke(
        main,
        ["escala", "publicar", "--workers", "2", "--uma-vez"],
        env={"FISCALXML_DATABASE_URL": url},
    )
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "não foi lida" in result.output


def test_a_load_is_recorded_from_prometheus_and_replayed(tmp_path: Path) -> None:
    file = tmp_path / "ontem.csv"
    with _prometheus() as url:
        result = CliRunner().invoke(
            main,
            [
                *("escala", "gravar", "--prometheus", url, str(file)),
                *("--de", "2026-11-01T12:00:00", "--ate", "2026-11-01T12:10:00"),
            ],
        )
    assert result.exit_code == 0, result.output
    load = loads.read(file)
    assert (load.documents, load.requests) == (10 * 30_000, 10 * 12_000)
    replayed = CliRunner().invoke(
        main, ["escala", "simular", "--carga", str(file), "--saida", str(tmp_path / "saida")]
    )
    assert replayed.exit_code == 0, replayed.output
    assert {each.name for each in (tmp_path / "saida").iterdir()} == {"ontem.svg", "ontem.csv"}


@contextmanager
def _prometheus() -> Iterator[str]:
    """Answers `query_range` as Prometheus does: so many in each step."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {key: each[0] for key, each in parse_qs(urlsplit(self.path).query).items()}
            start, end, step = (int(asked[key]) for key in ("start", "end", "step"))
            value = "30000" if "documents_total" in asked["query"] else "12000"
            values = [[at, value] for at in range(start, end + 1, step)]
            text = json.dumps({"data": {"result": [{"metric": {}, "values": values}]}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing to the terminal."""

    server = HTTPServer(("127.0.0.1", free_port()), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
