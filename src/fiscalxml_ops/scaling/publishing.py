"""The metric that workers are scaled by: read, sent to CloudWatch, again and again.

What cannot be read is not sent: an old value would look like a good one. Alarms take what is
missing for nothing to do, and one of them tells that it is missing (`policies.WITHOUT_METRIC`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from fiscalxml_ops.scaling.measures import (
    AGE,
    BACKLOG,
    BUSY,
    DEPTH,
    DIMENSIONS,
    NAMESPACE,
    PRESSURE,
    WORKERS,
)
from fiscalxml_ops.scaling.policies import WORKER
from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_server.kit.errors import Indisponivel

EVERY: Final = 5.0
"""seconds between two readings: two of them in each period, so that one may fail"""
_AWAY: Final = (Indisponivel, BotoCoreError, ClientError, OSError)
_LOG = logging.getLogger(__name__)

Send = Callable[[Work, datetime], Coroutine[Any, Any, None]]


def datapoints(work: Work, ambiente: str, at: datetime) -> list[Mapping[str, Any]]:
    """MetricData of PutMetricData: high resolution, dimensions `Ambiente` and `Papel`."""
    dimensions = [
        {"Name": name, "Value": value}
        for name, value in zip(DIMENSIONS, (ambiente, WORKER.role), strict=True)
    ]
    values = (
        (PRESSURE, work.pressure, "None"),
        (DEPTH, work.depth, "Count"),
        (AGE, work.age, "Seconds"),
        (BUSY, work.busy, "None"),
        (BACKLOG, work.backlog, "Count"),
        (WORKERS, work.workers, "Count"),
    )
    return [
        {
            "MetricName": name,
            "Dimensions": dimensions,
            "Timestamp": at,
            "Value": float(value),
            "Unit": unit,
            "StorageResolution": 1,
        }
        for name, value, unit in values
    ]


def to_cloudwatch(client: Any, ambiente: str) -> Send:
    """`client` is boto3's for CloudWatch."""

    async def send(work: Work, at: datetime) -> None:
        await asyncio.to_thread(
            client.put_metric_data,
            Namespace=NAMESPACE,
            MetricData=datapoints(work, ambiente, at),
        )

    return send


class Publisher:
    """Reads and sends, each `EVERY` seconds, until it is told to end.

    What is away is tried again at the next turn. Anything else ends the process, which whoever
    started it starts again: a loop that goes on without doing anything would tell nobody.
    """

    def __init__(self, read: Callable[[], Awaitable[Work]], send: Send) -> None:
        self._read = read
        self._send = send
        self._ended = asyncio.Event()
        self._failures = 0

    def end(self) -> None:
        """Stop after what is being sent."""
        self._ended.set()

    async def run(self, every: float = EVERY) -> None:
        """Until `end`."""
        while not self._ended.is_set():
            await self.turn()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), every)

    async def turn(self) -> bool:
        """Once; False, and a line in the log, where something is away."""
        try:
            work = await self._read()
            await self._send(work, datetime.now(UTC))
        except _AWAY as error:
            self._failures += 1
            _LOG.warning(
                "not published",
                extra={"error_type": type(error).__name__, "count": self._failures},
            )
            return False
        if self._failures:
            _LOG.warning("published again", extra={"count": self._failures})
            self._failures = 0
        return True
