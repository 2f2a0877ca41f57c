"""One file to its reports, whatever happens: what a worker process does."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from fiscalxml.archives import Entry, Recusa
from fiscalxml.cli.inputs import Arquivo, Documento, why
from fiscalxml.judgement import Opcoes
from fiscalxml.report import Achado, Report
from fiscalxml.validate import Julgado, judge_all, refusal_report, refused_report
from fiscalxml.xml import Limits, too_large

DEBUG = "FISCALXML_DEBUG"

_NOTHING = hashlib.sha256().hexdigest()


class Julgados(NamedTuple):
    """The reports of some files, as JSON lines."""

    lines: bytes
    itens: Sequence[int | None]
    """how many items the document of each line has, where known"""
    validos: bool
    """every report is `valido`"""
    nao_lidos: tuple[tuple[str, str], ...] = ()
    """(name, why) of the files that could no longer be read"""
    arquivos: int = 0


def judge(files: Sequence[Documento], opcoes: Opcoes) -> Julgados:
    """The reports of all files, in order. Never raises for what a file holds."""
    lines: list[bytes] = []
    itens: list[int | None] = []
    nao_lidos = []
    validos = True
    for file in files:
        try:
            for julgado in _reports(file, opcoes):
                lines.append(julgado.report.to_json())
                itens.append(julgado.itens)
                validos &= julgado.report.veredito == "valido"
        except OSError as error:
            nao_lidos.append((file.name, why(error)))
    lines.append(b"")
    return Julgados(b"\n".join(lines), itens, validos, tuple(nao_lidos), len(files))


def crashed(file: Documento) -> Julgados:
    """What stands for the reports of a file that ends the process that reads it."""
    achado = Achado(
        codigo="XML-099",
        camada="xml",
        severidade="erro",
        mensagem="O processo caiu ao ler este arquivo; os demais não foram afetados.",
        correcao="Valide o arquivo sozinho; se acontecer de novo, envie-o ao suporte.",
        caminho="",
    )
    return Julgados(_refused(file, achado).to_json() + b"\n", (None,), validos=False, arquivos=1)


def _reports(file: Documento, opcoes: Opcoes) -> Iterator[Julgado]:
    done = 0
    try:
        for julgado in _judged(file, opcoes):
            yield julgado
            done += 1
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  (one file's trouble must not cost the others)
        report = _refused(file, _internal_error(error))
        yield Julgado(msgspec.structs.replace(report, indice=done))


def _judged(file: Documento, opcoes: Opcoes) -> Iterator[Julgado]:
    if isinstance(file, Recusa):
        yield Julgado(refusal_report(file.name, file))
    elif isinstance(file, Entry):
        yield from judge_all(file.data, **(opcoes | {"arquivo": file.name}))
    else:
        yield from _file(file, opcoes)


def _file(file: Arquivo, opcoes: Opcoes) -> Iterator[Julgado]:
    limits = Limits()
    with Path(file.path).open("rb") as source:
        data = source.read(limits.max_bytes + 1)
        if len(data) > limits.max_bytes:
            yield Julgado(_too_large(file.name, data, source, limits))
            return
    yield from judge_all(data, **(opcoes | {"arquivo": file.name}))


def _too_large(name: str, head: bytes, rest: IO[bytes], limits: Limits) -> Report:
    """Of a file that is never wholly in memory."""
    sha256, size = hashlib.sha256(head), len(head)
    while chunk := rest.read(1 << 20):
        sha256.update(chunk)
        size += len(chunk)
    achado = too_large(size, limits).achado
    return refused_report(name, sha256.hexdigest(), size, achado)


def _refused(file: Documento, achado: Achado) -> Report:
    """With the hash of the bytes where they are at hand, else of none."""
    if isinstance(file, Entry):
        sha256, size = hashlib.sha256(file.data).hexdigest(), len(file.data)
    else:
        sha256, size = _NOTHING, 0
    return refused_report(file.name, sha256, size, achado)


def _internal_error(error: Exception) -> Achado:
    explicacao = f"Tipo do erro: {type(error).__name__}."
    if os.environ.get(DEBUG):
        explicacao = "".join(traceback.format_exception(error))
    return Achado(
        codigo="XML-098",
        camada="xml",
        severidade="erro",
        mensagem="Erro interno ao validar este arquivo; os demais não foram afetados.",
        explicacao=explicacao,
        correcao=f"Informe o suporte; com {DEBUG}=1 o relatório traz os detalhes técnicos.",
        caminho="",
    )
