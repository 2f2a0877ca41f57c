"""The lines of real services, through a real rsyslog, to `_bulk`: each once, and nobody's data."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import leaks
from fiscalxml_ops.logs.fields import TYPES, fits
from fiscalxml_ops.logs.streams import AUDITORIA, AUTH, SERVICOS
from services.telemetry.processes import eventually

from .bulk import Acervo, elasticsearch
from .journey import Percurso
from .shipper import after_the_end, shipping


def test_every_line_arrives_once_whatever_elasticsearch_does(
    percurso: Percurso, tmp_path: Path
) -> None:
    """Of a batch some are refused (429), the answer to another is lost; the shipper dies, too."""
    watched = tmp_path / "watched"
    watched.mkdir()
    files = {log.name: log.read_bytes() for log in percurso.logs.glob("*.log")}
    half = {name: text.find(b"\n", len(text) // 2) + 1 for name, text in files.items()}
    wanted = Counter(json.dumps(line, sort_keys=True) for line in percurso.lines())
    with elasticsearch() as acervo:
        for name, text in files.items():
            (watched / name).write_bytes(text[: half[name]])
        with shipping(tmp_path, acervo, services=watched):
            eventually(lambda: acervo.lost_answers and not missing_of_refused(acervo))
        after_the_end(tmp_path, "timeout")
        with shipping(tmp_path, acervo, services=watched):
            for name, text in files.items():
                with (watched / name).open("ab") as log:
                    log.write(text[half[name] :])
            eventually(lambda: len(acervo.documents) >= sum(wanted.values()))
    assert acervo.faults == []
    assert acervo.refused_once
    assert (acervo.lost_answers, acervo.conflicts > 0) == (1, True)
    arrived = [json.loads(each) for each in acervo.documents.values()]
    assert {each.pop("host.name") for each in arrived} != {""}
    assert Counter(json.dumps(each, sort_keys=True) for each in arrived) == wanted
    assert all_fit(arrived)
    assert streams_are_right(acervo)
    assert not (tmp_path / "refused.txt").exists()
    assert no_leak(tmp_path, acervo)


def test_where_it_was_is_forgotten_by_one_that_did_not_end_well(tmp_path: Path) -> None:
    state = tmp_path / "work" / "imfile-state:1:2"
    state.parent.mkdir()
    state.touch()
    after_the_end(tmp_path, "success")
    assert state.exists()
    after_the_end(tmp_path, "core-dump")
    assert not state.exists()


def missing_of_refused(acervo: Acervo) -> set[str]:
    """Ids that got a 429 and have not come again."""
    return acervo.refused_once - {id_ for _, id_ in acervo.documents}


def all_fit(lines: list[dict[str, Any]]) -> bool:
    return all(
        name in TYPES and fits(name, value) for line in lines for name, value in line.items()
    )


def streams_are_right(acervo: Acervo) -> bool:
    """The Auth Service's lines are kept longer."""
    return all(
        stream == (AUDITORIA if json.loads(text)["service.name"] == AUTH else SERVICOS).stream
        for (stream, _), text in acervo.documents.items()
    )


def no_leak(folder: Path, acervo: Acervo) -> bool:
    """The check of every run, over what was sent: ids, too."""
    sent = folder / "sent.log"
    sent.write_text("\n".join(f"{key} {text}" for key, text in acervo.documents.items()))
    return not list(leaks.leaks_of(sent))
