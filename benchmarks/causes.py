"""What counting causes costs a worker, and what it takes to merge those of a lote.

`python -m benchmarks.causes` prints it as JSON: CPU microseconds a document, of counting and of
writing the state of a block; CPU seconds to merge the blocks of a lote and to rank its causes.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

from msgspec.structs import replace

from fiscalxml.causes import Causas
from fiscalxml.generator import Pedido, generate
from fiscalxml.report import Report
from fiscalxml.validate import Julgado, judge_all
from fiscalxml_server.kit.compression import compress, decompress

_BLOCK = 200
_EMITENTES = 3_000
_ROUNDS = 5
_FAULTS = (("1115", 60), ("629", 24), ("209", 15), ("528", 11), ("441", 8), ("XSD-010", 3))


def measure(documents: int) -> dict[str, float]:
    """Of a lote of so many documents."""
    pedido = Pedido(quantidade=1000, falhas=_FAULTS)
    judged = [each for made in generate(pedido) for each in judge_all(made.xml, arquivo=made.nome)]
    chance = random.Random(1)  # noqa: S311 - figures that can be had again
    blocks = [
        [_of_another(each, chance) for each in chance.sample(judged, _BLOCK)]
        for _ in range(documents // _BLOCK)
    ]
    counting = min(_cpu(lambda: [_counted(block) for block in blocks[:50]]) for _ in range(_ROUNDS))
    states = [compress(_counted(block).state()) for block in blocks]
    few = [_counted(block) for block in blocks[:50]]
    writing = min(_cpu(lambda: [compress(each.state()) for each in few]) for _ in range(_ROUNDS))
    merging = min(_cpu(lambda: _merged(states).ranked()) for _ in range(_ROUNDS))
    return {
        "documents": documents,
        "counting_us": counting / (len(few) * _BLOCK) * 1e6,
        "writing_us": writing / (len(few) * _BLOCK) * 1e6,
        "state_bytes": sum(map(len, states)) / len(states),
        "merging_s": merging,
    }


def _of_another(judged: Julgado, chance: random.Random) -> Julgado:
    """The same report of one of many emitentes."""
    report: Report = judged.report
    chave = report.documento.chave
    if chave is None or len(chave) != 44:
        return judged
    chave = f"{chave[:6]}{chance.randrange(_EMITENTES):08}000100{chave[20:]}"
    documento = replace(report.documento, chave=chave)
    return judged._replace(report=replace(report, documento=documento))


def _counted(block: Sequence[Julgado]) -> Causas:
    causas = Causas()
    for (report, itens), documento in zip(block, _ids(), strict=False):
        causas.add(report, itens=itens, documento=documento)
    return causas


def _ids() -> Iterator[str]:
    documento = str(uuid4())
    while True:
        yield documento


def _merged(states: Sequence[bytes]) -> Causas:
    causas = Causas()
    for state in states:
        causas.merge(decompress(state))
    return causas


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), indent=2))
