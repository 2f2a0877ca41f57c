"""A receiver that costs next to nothing: `python -m benchmarks.webhook_receiver PORT FILE`.

Answers 204 at once, but for `/morto`, which it never answers. Once a second, and at its end, it
adds to FILE a line for each request: when it came, and the lote that it told of.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import Final, cast

_ANSWER: Final = b"HTTP/1.1 204 No Content\r\n\r\n"
_LENGTH: Final = b"content-length: "
_LOTE: Final = b'"lote":"'


class Receiver(asyncio.Protocol):
    """One connection."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It begins."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.index(_LENGTH) + len(_LENGTH)
            whole = end + 4 + int(head[at:].split(b"\r\n", 1)[0])
            if len(self._buffer) < whole:
                return
            request, self._buffer = self._buffer[:whole], self._buffer[whole:]
            if request.startswith(b"POST /morto "):
                continue
            at = request.index(_LOTE, end) + len(_LOTE)
            self._lines.append(f"{time.time()} {request[at : at + 36].decode()}\n")
            self._transport.write(_ANSWER)


async def main(port: int, path: Path) -> None:
    """Until it is told to end."""
    lines: list[str] = []
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await loop.create_server(lambda: Receiver(lines), "127.0.0.1", port, backlog=4096)
    with path.open("a") as file:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 1.0)
            file.writelines(lines)
            file.flush()
            lines.clear()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
