"""The role `escala` as a process: its settings, its clients, its signals."""

from __future__ import annotations

import asyncio
import signal
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.exc import ArgumentError

from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_ops.scaling.publishing import Publisher, Send, to_cloudwatch
from fiscalxml_ops.scaling.reading import Count, Reader, ServicoAusente, always, of_service
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.worker.relay import LATER, windows

PAPEL: Final = "escala"
NAO_LIDO: Final = (Problema, ArgumentError, BotoCoreError, ClientError, ServicoAusente)
"""why the queue or the workers cannot be read: what is set is wrong, or something is away"""
_CONFIG: Final = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
"""a turn that takes longer is of no use: the next one has a newer value"""


def client(service: str) -> Any:
    """boto3's. Region, credentials and AWS_ENDPOINT_URL are those of the process's surroundings."""
    return boto3.client(service, config=_CONFIG)


def counting(cluster: str | None, service: str | None, workers: int | None) -> Count:
    """From ECS, or a number that is given."""
    if workers is not None:
        return always(workers)
    return of_service(client("ecs"), str(cluster), str(service))


async def once(ambiente: str | None, count: Count, processes: int) -> tuple[Work, bool]:
    """Read once, and send it where there is an `ambiente`; whether it was sent."""
    banco = Banco.open(settings())
    try:
        work = await _reader(banco, count, processes).work()
        if ambiente is None:
            return work, False

        async def known() -> Work:
            return work

        return work, await Publisher(known, to_cloudwatch(client("cloudwatch"), ambiente)).turn()
    finally:
        await banco.close()


async def publish(ambiente: str, count: Count, processes: int, every: float) -> None:
    """Until SIGTERM or SIGINT."""
    configure_logging(PAPEL)
    banco = Banco.open(settings())
    send: Send = to_cloudwatch(client("cloudwatch"), ambiente)
    publisher = Publisher(_reader(banco, count, processes).work, send)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, publisher.end)
    try:
        await publisher.run(every)
    finally:
        await banco.close()


def _reader(banco: Banco, count: Count, processes: int) -> Reader:
    return Reader(
        banco=banco,
        workers=count,
        processes=processes,
        windows=windows(settings()),
        later=LATER,
    )
