"""A real rsyslogd with the files of `ops/logs/rsyslog`, and nothing of the machine's own."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.logs import FOLDER
from parts import found, missing

from .bulk import PASSWORD, USER, Acervo

_MODULES: Final = ("/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog")
_END_SECONDS: Final = 20
_UNIT: Final = ROOT / FOLDER / "rsyslog.service.d" / "fiscalxml.conf"
_WORK: Final = "/var/spool/rsyslog"


def after_the_end(folder: Path, result: str) -> None:
    """What systemd does once rsyslogd has ended so: a `SERVICE_RESULT` of systemd.exec(5)."""
    lines = dict(line.split("=", 1) for line in _UNIT.read_text().splitlines() if "=" in line)
    command = lines["ExecStopPost"].replace(_WORK, str(folder / "work"))
    env = {**os.environ, "SERVICE_RESULT": result}
    subprocess.run(shlex.split(command), env=env, check=True)


@contextmanager
def shipping(folder: Path, acervo: Acervo, **settings: Path) -> Iterator[None]:
    """One that reads `settings` (FISCALXML_LOGS_…_DIR), and keeps its place in `folder`."""
    program = found("rsyslogd")
    if not any(Path(each, "omelasticsearch.so").exists() for each in _MODULES):
        missing("no rsyslog-elasticsearch on this machine")
    (folder / "work").mkdir(exist_ok=True)
    main = folder / "rsyslog.conf"
    main.write_text(
        f'global(workDirectory="{folder / "work"}")\n'
        f'include(file="{ROOT / FOLDER}/rsyslog/*.conf")\n'
    )
    process = subprocess.Popen(
        [program, "-n", "-i", folder / "pid", "-f", main],
        env={**os.environ, **_environment(folder, acervo, settings)},
        stdout=(folder / "rsyslogd.txt").open("ab"),
        stderr=subprocess.STDOUT,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:  # as systemd does; why it happens is told in `_UNIT`
            process.kill()
            process.wait()


def _environment(folder: Path, acervo: Acervo, settings: Mapping[str, Path]) -> dict[str, str]:
    nowhere = folder / "nothing"
    return {
        "FISCALXML_LOGS_ES_URL": acervo.url,
        "FISCALXML_LOGS_ES_USER": USER,
        "FISCALXML_LOGS_ES_PASSWORD": PASSWORD,
        "FISCALXML_LOGS_REFUSED": str(folder / "refused.txt"),
        "FISCALXML_LOGS_DIR": str(settings.get("services", nowhere)),
        "FISCALXML_LOGS_SERVERS_DIR": str(settings.get("servers", nowhere)),
    }
