"""A container engine of the drill's own: its daemon, data and socket in one folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PARTS = ("dockerd", "docker", "mmdebstrap")
_PATH = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin"
_COMPOSE = (
    ["docker-compose"] if shutil.which("docker-compose", path=_PATH) else ["docker", "compose"]
)
_SECONDS = 60.0
_FLAGS = (
    # No rule of this machine's firewall is touched; containers reach each other by their bridges.
    *("--iptables=false", "--ip6tables=false", "--ip-masq=false", "--userland-proxy=false"),
    *("--storage-driver=overlay2", "--bridge=none"),
    # Where the machine has a containerd, it is that of its own engine, too.
    *("--containerd-namespace=ensaio", "--containerd-plugins-namespace=ensaio.plugins"),
)


class Motor:
    """What is asked of it raises `RuntimeError` where it fails, with what was said."""

    def __init__(self, folder: Path) -> None:
        self.env = {
            **os.environ,
            "DOCKER_HOST": f"unix://{folder / 'motor.sock'}",
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_PROJECT_NAME": "ensaio",
            "COMPOSE_HTTP_TIMEOUT": "300",
        }

    def docker(self, *arguments: str) -> str:
        """What it printed."""
        return self._run(["docker", *arguments]).strip()

    def compose(self, project: Path, *arguments: str) -> str:
        """The same of Compose, which is a program or a part of `docker`."""
        return self._run([*_COMPOSE, "--file", str(project), *arguments]).strip()

    def logs(self, container: str) -> str:
        """The last lines of what it said, on both of its outputs."""
        command = ["docker", "logs", "--tail", "30", container]
        return subprocess.run(
            command,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout

    def inspect(self, container: str) -> dict[str, Any]:
        """All that is known of a container or image."""
        return dict(json.loads(self.docker("inspect", container))[0])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(
                f"{' '.join(command[:4])}…: {done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout


def lacking() -> list[str]:
    """Programs that this machine has not."""
    return [name for name in PARTS if shutil.which(name, path=_PATH) is None]


@contextmanager
def start_engine(folder: Path) -> Iterator[Motor]:
    """Ends it, and what it started, at the end; its data stay for a next time."""
    folder.mkdir(parents=True, exist_ok=True)
    motor = Motor(folder)
    with (folder / "motor.log").open("wb") as log:
        process = subprocess.Popen(
            [
                "dockerd",
                *("--data-root", str(folder / "dados"), "--exec-root", str(folder / "execucao")),
                *("--pidfile", str(folder / "motor.pid")),
                *("--host", motor.env["DOCKER_HOST"], *_FLAGS),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(motor, process, folder / "motor.log")
        yield motor
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_SECONDS)


def _wait(motor: Motor, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            motor.docker("info")
        except RuntimeError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"dockerd did not start:\n{log.read_text()[-3000:]}") from None
            time.sleep(0.3)
        else:
            return
