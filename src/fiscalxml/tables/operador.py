"""Tables that the operator supplies: TSV files in the folder FISCALXML_TABELAS_DIR.

For those that no permissive source has, and for a newer NCM, CEST or cClassTrib than the package's.
The first line of a file names its columns (see `FORMATOS`; more may follow). A line before it,
`# data: 2026-10-31`, says how new the file is, which those that replace a table must say. A file
that cannot be used counts as absent, and standard error says why, once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

TABELAS_DIR: Final = "FISCALXML_TABELAS_DIR"
"""the environment variable that names the folder; read once in a process"""
MAX_BYTES: Final = 32 * 1024 * 1024

Linha = Mapping[str, str]
T = TypeVar("T")


class Formato(NamedTuple):
    """What a file must have: the columns that make the key of a row, and the others."""

    chave: tuple[str, ...]
    colunas: tuple[str, ...] = ()
    obrigatorias: frozenset[str] = frozenset()
    """of the others"""
    padroes: frozenset[str] = frozenset()
    """those with a regular expression"""
    datada: bool = False
    """takes the place of a table of the package, so it must say how new it is"""


FORMATOS: Final[Mapping[str, Formato]] = {
    "ncm": Formato(("codigo",), datada=True),
    "cest": Formato(("codigo",), ("ncms",), datada=True),
    "cst_ibscbs": Formato(("cst",), datada=True),
    "cclasstrib": Formato(("classe",), ("cst",), frozenset({"cst"}), datada=True),
    "anp": Formato(("codigo",), ("descricao",)),
    "anp_transportador": Formato(("codigo",), ("descricao",)),
    "cbenef": Formato(("uf", "codigo"), ("csts", "inicio", "fim")),
    "fcp": Formato(("uf",), ("percentuais",), frozenset({"percentuais"})),
    "monofasicos": Formato(("codigo",)),
    "csosn_nfce": Formato(("uf", "csosn")),
    "ccredpres": Formato(("codigo",), ("deduz_total", "inicio", "fim")),
    "adrem": Formato(("codigo", "inicio"), ("fim", "ibs", "cbs", "icms")),
    "ncm_utrib": Formato(("ncm",), ("unidades",), frozenset({"unidades"})),
    "csrt": Formato(("uf", "cnpj", "id"), ("csrt",), frozenset({"csrt"})),
    "cenq": Formato(("codigo",), ("descricao",)),
    "regime_especial": Formato(("uf",), ("padrao",), frozenset({"padrao"}), frozenset({"padrao"})),
}
"""The columns of each file; the key of a row is its key columns, joined by a slash."""


class TabelaDoOperador(NamedTuple):
    """A file of the operator, read."""

    linhas: Mapping[str, Linha]
    data: date | None


_forget: list[Callable[[], None]] = []


def da_pasta(read: Callable[[], T]) -> Callable[[], T]:
    """Keep what was read from the folder, or from the package for want of a file in it."""
    kept = lru_cache(maxsize=1)(read)
    _forget.append(kept.cache_clear)
    return kept


def esquecer() -> None:
    """Read the folder, and what depends on it, again."""
    for forget in _forget:
        forget()


@da_pasta
def tabelas() -> Mapping[str, TabelaDoOperador]:
    """All that the folder has, by name."""
    folder = os.environ.get(TABELAS_DIR)
    if not folder:
        return {}
    if not Path(folder).is_dir():
        _warn(f"{TABELAS_DIR}: {folder} não é uma pasta; nenhuma tabela do operador será usada.")
        return {}
    return dict(_usable(Path(folder)))


@da_pasta
def nomes() -> frozenset[str]:
    """The names of the tables that the operator gave."""
    return frozenset(tabelas())


def tabela(nome: str) -> Mapping[str, Linha] | None:
    """The rows of a table of the operator by their keys (cbenef: RJ/RJ802340), or None."""
    found = tabelas().get(nome)
    return found.linhas if found else None


def _usable(folder: Path) -> Iterator[tuple[str, TabelaDoOperador]]:
    for path in sorted(folder.glob("*.tsv")):
        formato = FORMATOS.get(path.stem)
        if formato is None:
            _warn(f"{path}: tabela desconhecida; os nomes são {', '.join(sorted(FORMATOS))}.")
            continue
        try:
            yield path.stem, _read(path, formato)
        except (OSError, ValueError) as error:
            _warn(f"{path}: {error} O arquivo não será usado.")


def _read(path: Path, formato: Formato) -> TabelaDoOperador:
    """The file's rows; ValueError says in Portuguese what is wrong with it."""
    day: date | None = None
    columns: tuple[str, ...] = ()
    rows: dict[str, Linha] = {}
    for number, line in enumerate(_text_of(path).splitlines(), 1):
        if line.startswith("#"):
            day = _date(line, number) or day
        elif not line.strip():
            continue
        elif not columns:
            columns = _header(_cells(line), formato)
        else:
            row = _row(_cells(line), columns, formato, number)
            key = "/".join(row[name] for name in formato.chave)
            if key in rows:
                raise ValueError(f"linha {number}: {key} repete outra linha.")
            rows[key] = row
    if not rows:
        raise ValueError("nenhuma linha.")
    if formato.datada and day is None:
        raise ValueError("falta a linha «# data: AAAA-MM-DD».")
    return TabelaDoOperador(rows, day)


def _text_of(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"mais de {MAX_BYTES // 1024 // 1024} MiB.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("o arquivo não está em UTF-8.") from None


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("\t"))


def _row(cells: tuple[str, ...], columns: tuple[str, ...], formato: Formato, number: int) -> Linha:
    if len(cells) != len(columns):
        raise ValueError(
            f"linha {number}: {len(cells)} colunas, mas o cabeçalho tem {len(columns)}."
        )
    row = dict(zip(columns, cells, strict=True))
    for name in formato.padroes:
        _check_pattern(row[name], number)
    return row


def _header(cells: tuple[str, ...], formato: Formato) -> tuple[str, ...]:
    missing = [name for name in (*formato.chave, *formato.obrigatorias) if name not in cells]
    if missing:
        raise ValueError(f"falta no cabeçalho: {', '.join(missing)}.")
    if len(set(cells)) != len(cells):
        raise ValueError("o cabeçalho repete uma coluna.")
    return cells


def _date(line: str, number: int) -> date | None:
    name, _, text = line.lstrip("# ").partition(":")
    if name.strip() != "data":
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"linha {number}: a data não é da forma AAAA-MM-DD.") from None


def _check_pattern(text: str, number: int) -> None:
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"linha {number}: {text} não é uma expressão regular.") from None


def _warn(text: str) -> None:
    print(f"Aviso: {text}", file=sys.stderr)
