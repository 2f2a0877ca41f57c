"""The run of `fiscalxml generate`: documents drawn and written, in several processes."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

import click
import msgspec

from fiscalxml.cli.inputs import why
from fiscalxml.cli.parallel import ordered
from fiscalxml.cli.progress import Progress
from fiscalxml.cli.terminal import safe
from fiscalxml.generator import Lote, Pedido, Sintetico, write_authorities
from fiscalxml.pages.names import TIPOS
from fiscalxml.pages.words import plural
from fiscalxml.xml import milhar

_CHUNK = 64
_NAMES = TIPOS | {"cancelamento": "cancelamento", "cce": "carta de correção"}


class Gravado(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was written of one document; a line of `--json`."""

    arquivo: str
    tipo: str
    chave: str
    falha: str | None = None


class Geracao:
    """One request, into one folder."""

    def __init__(self, pedido: Pedido, pasta: Path) -> None:
        self._lote = Lote(pedido)
        self._quantidade = pedido.quantidade
        self._pasta = pasta
        self._ac = pasta / "ac"

    def run(self, jobs: int, *, as_json: bool) -> None:
        """Write everything, then say what there is and what to try."""
        started = perf_counter()
        try:
            write_authorities(self._ac)
            others = sum(1 for _ in self._pasta.iterdir()) - 1
            counts = self._write(jobs, as_json=as_json)
        except BrokenPipeError:  # whoever read what --json says
            raise
        except OSError as error:
            raise click.UsageError(
                f"não foi possível gravar em {safe(str(self._pasta))}: {why(error)}."
            ) from None
        if as_json:
            return
        self._print(counts, perf_counter() - started)
        if others:
            click.echo(
                f"A pasta já tinha {plural(others, 'outro arquivo', 'outros arquivos')}; os de "
                "mesmo nome foram substituídos.",
                err=True,
            )

    def _write(self, jobs: int, *, as_json: bool) -> Counter[str]:
        counts: Counter[str] = Counter()
        encode = msgspec.json.Encoder().encode
        chunks = _chunks(self._quantidade)
        with Progress() as progress, closing(ordered(chunks, self._work, _died, jobs)) as results:
            for written in results:
                if isinstance(written, OSError):
                    raise written
                for each in written:
                    counts[each.tipo] += 1
                    counts["falha"] += each.falha is not None
                    if as_json:
                        sys.stdout.buffer.write(encode(each) + b"\n")
                progress.advance(len(written))
        return counts

    def _work(self, indices: Sequence[int]) -> Sequence[Gravado] | OSError:
        """What a worker does with some positions of the lote."""
        try:
            return [self._save(self._lote.draw(indice)) for indice in indices]
        except OSError as error:
            return error

    def _save(self, documento: Sintetico) -> Gravado:
        path = self._pasta / documento.nome
        path.write_bytes(documento.xml)
        return Gravado(str(path), documento.tipo, documento.chave, documento.falha)

    def _print(self, counts: Counter[str], seconds: float) -> None:
        falhas = counts.pop("falha")
        total = counts.total()
        broken = f", {plural(falhas, 'com uma falha', 'com uma falha cada')}" if falhas else ""
        kinds = ", ".join(f"{milhar(n)} {_NAMES[tipo]}" for tipo, n in counts.most_common())
        documents = plural(total, "documento sintético", "documentos sintéticos")
        click.secho(f"{documents} em {safe(str(self._pasta))}{broken}", bold=True)
        click.echo(f"  {kinds}")
        click.echo(f"  {milhar(round(total / seconds))} por segundo; nenhum tem valor fiscal")
        click.echo("Para validar:")
        click.echo(f"  fiscalxml validate {_argument(self._pasta)} --ac {_argument(self._ac)}")


def _argument(path: Path) -> str:
    """As one types it in a shell; a name such as `-` would mean something else."""
    text = safe(str(path))
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def _chunks(quantidade: int) -> Iterator[range]:
    for start in range(0, quantidade, _CHUNK):
        yield range(start, min(start + _CHUNK, quantidade))


def _died(indice: int) -> Sequence[Gravado] | OSError:
    """Drawing ends no process: one that died was killed from outside."""
    return OSError(f"o processo que gravava o documento {indice + 1} foi encerrado")
