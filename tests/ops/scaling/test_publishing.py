"""The metric on its way to CloudWatch: what is sent, and what happens while something is away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from fiscalxml_ops.cli import main
from fiscalxml_ops.scaling.measures import DIMENSIONS, NAMESPACE
from fiscalxml_ops.scaling.policies import TARGETS
from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_ops.scaling.publishing import Publisher, datapoints, to_cloudwatch
from fiscalxml_server.kit.errors import Indisponivel
from services.telemetry.processes import environment, eventually, json_lines

from .cloud import Cloud, cloud

_COMMAND = Path(sys.executable).with_name("fiscalxml-ops")
_START_SECONDS = 180
WORK = Work(depth=800, age=30, running=8, workers=4, processes=2)


def test_the_role_publishes_through_what_is_away_until_it_is_told_to_end(
    banco: str, tmp_path: Path
) -> None:
    with cloud() as aws, (tmp_path / "saida").open("wb") as output:
        settings = environment(tmp_path, database_url=banco, database_role="fiscalxml_relay")
        process = subprocess.Popen(
            [
                *(_COMMAND, "escala", "publicar"),
                *("--ambiente", "teste", "--cluster", "fiscalxml", "--servico", "worker"),
                *("--intervalo", "0.1"),
            ],
            env={**settings, **aws.environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            eventually(lambda: len(aws.sent) >= 2, _START_SECONDS)
            assert _value(aws, "Workers") == 2
            aws.workers = 5
            eventually(lambda: _value(aws, "Workers") == 5)
            aws.away = True
            log = Path(output.name)
            eventually(lambda: _said(log, "not published"))
            before = len(aws.sent)
            aws.away = False
            eventually(lambda: len(aws.sent) > before)
            eventually(lambda: _said(log, "published again"))
            process.terminate()
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()


def test_cloudwatch_takes_what_is_sent() -> None:
    """As moto models it: the names and dimensions that the alarms ask for come back."""
    with mock_aws():
        client = boto3.client("cloudwatch", region_name="us-east-1")
        now = datetime.now(UTC)
        asyncio.run(to_cloudwatch(client, "producao")(WORK, now))
        for target in TARGETS:
            for metric in target.metrics:
                if metric.namespace == NAMESPACE:
                    assert _asked(client, metric.name, now) == [_of_work(metric.name)]


def test_every_datapoint_is_of_high_resolution_and_has_the_dimensions_of_the_alarms() -> None:
    for each in datapoints(WORK, "producao", datetime.now(UTC)):
        assert each["StorageResolution"] == 1
        assert [dimension["Name"] for dimension in each["Dimensions"]] == list(DIMENSIONS)


def test_what_cannot_be_read_is_not_sent() -> None:
    async def away() -> Work:
        raise Indisponivel("fora do ar")

    async def never(*_: object) -> None:
        raise AssertionError("an old value would look like a good one")

    assert asyncio.run(Publisher(away, never).turn()) is False


def test_an_error_that_nobody_foresaw_ends_the_process_instead_of_the_metric() -> None:
    async def broken() -> Work:
        raise LookupError("o serviço mudou de nome")

    async def never(*_: object) -> None: ...

    with pytest.raises(LookupError):
        asyncio.run(Publisher(broken, never).run())


def test_who_is_not_told_whom_to_ask_does_not_begin() -> None:
    result = CliRunner().invoke(main, ["escala", "publicar", "--ambiente", "teste"])
    assert result.exit_code == 2
    assert "--workers" in result.output


def _asked(client: Any, name: str, at: datetime) -> list[float]:
    dimensions = zip(DIMENSIONS, ("producao", "worker"), strict=True)
    answer = client.get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions],
        StartTime=at - timedelta(minutes=1),
        EndTime=at + timedelta(minutes=1),
        Period=10,
        Statistics=["Average"],
    )
    return [point["Average"] for point in answer["Datapoints"]]


def _of_work(name: str) -> float:
    values = {each["MetricName"]: each["Value"] for each in datapoints(WORK, "", datetime.now(UTC))}
    return float(values[name])


def _value(aws: Cloud, name: str) -> float:
    return next(
        float(each["Value"]) for each in aws.sent[-1]["MetricData"] if each["MetricName"] == name
    )


def _said(log: Path, message: str) -> bool:
    return any(line["message"] == message for line in json_lines(log))
