"""What PostgreSQL and Valkey say is shipped without what they quote."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import asyncpg

import leaks
import seeds
from fiscalxml_ops.logs.elasticsearch import types_of
from fiscalxml_ops.logs.fields import TYPES, fits
from fiscalxml_ops.logs.streams import BORDA, EDGE, SERVIDORES
from fiscalxml_server.stack.postgres import Postgres
from fiscalxml_server.stack.valkey import Valkey
from services.servers.postgres import Servidor
from services.servers.running import running, server_folder
from services.telemetry.processes import eventually

from .bulk import elasticsearch
from .shipper import shipping

_FILE: Final = "postgresql"
_SETTINGS: Final = {
    "fsync": "off",
    "shared_buffers": "16MB",
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": "registros",
    "log_filename": f"{_FILE}.log",
    "log_timezone": "UTC",
    # More than any installation of ours tells: statements, with all that is in them.
    "log_statement": "all",
}
"""as docs for operators say, and worse"""


_ISO: Final = ("--log-timestamp-format", "iso8601")


def test_postgresql_is_shipped_by_severity_and_code_and_quotes_nobody(tmp_path: Path) -> None:
    with server_folder() as folder:
        postgres = Postgres(folder / "postgres", _SETTINGS)
        postgres.install(sync=False)
        records = folder / "postgres" / "registros"
        with (
            running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid,
            elasticsearch() as acervo,
            shipping(tmp_path, acervo, servers=records),
        ):
            with suppress(asyncpg.DataError):
                Servidor(postgres, pid).execute(f"SELECT CAST('{seeds.PESSOAS[3]}' AS integer)")
            said = records / f"{_FILE}.json"
            # PostgreSQL's collector is a process of its own: it writes a moment after the answer.
            eventually(lambda: seeds.PESSOAS[3] in said.read_text())
            eventually(lambda: any("22P02" in text for text in acervo.documents.values()))
            eventually(lambda: not acervo.refused_once - {id_ for _, id_ in acervo.documents})
        postgres.clean()
    assert acervo.faults == []
    lines = _shipped(acervo.documents, tmp_path)
    assert ("error", "22P02") in {(line["log.level"], line.get("error.code")) for line in lines}
    assert {line["service.name"] for line in lines} == {"postgresql"}


def test_valkey_is_shipped_by_severity(tmp_path: Path) -> None:
    with server_folder() as folder:
        valkey = Valkey(folder / "valkey")
        valkey.install()
        papel = valkey.papel()
        told = replace(papel, argv=[*papel.argv, "--log-format", "logfmt", *_ISO])
        records = tmp_path / "servers"
        records.mkdir()
        with (
            elasticsearch() as acervo,
            shipping(tmp_path, acervo, servers=records),
            running(told, records / "valkey.log", valkey.accepts),
        ):
            eventually(lambda: len(acervo.documents) >= 3)
            eventually(lambda: not acervo.refused_once - {id_ for _, id_ in acervo.documents})
    assert acervo.faults == []
    lines = _shipped(acervo.documents, tmp_path)
    assert {line["service.name"] for line in lines} == {"valkey"}
    assert "notice" in {line["log.level"] for line in lines}


def test_what_the_edge_says_with_an_address_goes_to_a_stream_of_its_own(tmp_path: Path) -> None:
    line = {
        "@timestamp": "2026-11-29T03:00:00+00:00",
        "ecs.version": "8.17.0",
        "service.name": EDGE,
        "client.ip": "192.0.2.7",
    }
    records = tmp_path / "edge"
    records.mkdir()
    (records / "borda.log").write_text("first words\n" + json.dumps(line) + "\n")
    with elasticsearch() as acervo, shipping(tmp_path, acervo, services=records):
        eventually(lambda: acervo.documents)
    (stream,) = {stream for stream, _ in acervo.documents}
    assert stream == BORDA.stream
    assert {"client.ip": "ip"}.items() <= types_of(BORDA).items()


def _shipped(documents: dict[tuple[str, str], str], folder: Path) -> list[dict[str, Any]]:
    """Every line, of known fields that fit, in its stream, with nobody in it."""
    lines = [json.loads(text) for text in documents.values()]
    assert {stream for stream, _ in documents} == {SERVIDORES.stream}
    for line in lines:
        assert line.keys() <= TYPES.keys()
        assert "message" not in line
        assert all(fits(name, value) for name, value in line.items())
    sent = folder / "sent.log"
    sent.write_text("\n".join(documents.values()))
    assert not list(leaks.leaks_of(sent))
    return lines
