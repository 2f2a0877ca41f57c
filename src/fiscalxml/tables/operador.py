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

_DATAS: Final = frozenset({"inicio", "fim"})
_DATA: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENTUAIS: Final = frozenset({"reducao_ibs", "reducao_cbs"})
_PERCENTUAL: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
_SEM_INDICADOR: Final = frozenset({"classe", "cst", "nome"}) | _DATAS | _PERCENTUAIS

Linha = Mapping[str, str]
T = TypeVar("T")


class Formato(NamedTuple):
    """What a file must have: the columns that make the key of a row, and the others."""

    sobre: str
    """what it is, in Portuguese, for docs/tabelas.md"""
    chave: tuple[str, ...]
    obrigatorias: tuple[str, ...] = ()
    opcionais: tuple[str, ...] = ()
    padroes: frozenset[str] = frozenset()
    """those with a regular expression"""
    datada: bool = False
    """takes the place of a table of the package, so it must say how new it is"""
    indicadores: bool = False
    """all that is no code, name, date or percentage is an indicator: 0, 1 or empty"""


FORMATOS: Final[Mapping[str, Formato]] = {
    "ncm": Formato("NCM em vigor, no lugar da tabela do pacote.", ("codigo",), datada=True),
    "cest": Formato(
        "CEST em vigor, no lugar da tabela do pacote; ncms separados por espaço.",
        ("codigo",),
        (),
        ("ncms",),
        datada=True,
    ),
    "cst_ibscbs": Formato(
        "CST do IBS e da CBS, no lugar da tabela do pacote; as colunas são as de "
        "tables/dados/cst_ibscbs.tsv, indicadores 0 ou 1.",
        ("cst",),
        datada=True,
        indicadores=True,
    ),
    "cclasstrib": Formato(
        "cClassTrib, no lugar da tabela do pacote; as colunas são as de "
        "tables/dados/cclasstrib.tsv, indicadores 0 ou 1.",
        ("classe",),
        ("cst",),
        datada=True,
        indicadores=True,
    ),
    "anp": Formato("Produtos da ANP (SIMP): cProdANP.", ("codigo",), (), ("descricao",)),
    "monofasicos": Formato(
        "Combustíveis sujeitos à tributação monofásica do ICMS, por cProdANP: unidade tributável; "
        "biocombustivel e origem 1 onde a tabela do Portal os exige.",
        ("codigo",),
        (),
        ("unidade", "biocombustivel", "origem"),
    ),
    "anp_transportador": Formato(
        "Produtos da ANP de cuja venda a NF-e identifica o transportador: cProdANP.",
        ("codigo",),
        (),
        ("descricao",),
    ),
    "adrem": Formato(
        "Alíquotas ad rem por cProdANP e primeiro dia (AAAA-MM-DD).",
        ("codigo", "inicio"),
        (),
        ("fim", "ibs", "cbs", "icms"),
    ),
    "cbenef": Formato(
        "Benefícios fiscais (cBenef, cCredPresumido) por UF; csts separados por espaço; inicio e "
        "fim (AAAA-MM-DD) podem ficar vazios.",
        ("uf", "codigo"),
        (),
        ("csts", "inicio", "fim"),
    ),
    "ccredpres": Formato(
        "Créditos presumidos do IBS e da CBS (cCredPres); ibs, cbs e deduz_total 0 ou 1.",
        ("codigo",),
        ("ibs", "cbs"),
        ("deduz_total", "inicio", "fim"),
    ),
    "cindop": Formato(
        "Indicadores do local da operação (cIndOp): modelos separados por espaço (vazio: todos); "
        "retirada 1 onde exige o grupo.",
        ("codigo",),
        ("modelos", "retirada"),
    ),
    "csosn_nfce": Formato("CSOSN que a UF não aceita na NFC-e.", ("uf", "csosn")),
    "csrt": Formato(
        "Segredos (CSRT) do responsável técnico, por UF, CNPJ e idCSRT.",
        ("uf", "cnpj", "id"),
        ("csrt",),
    ),
    "csc": Formato(
        "Segredos (CSC) do emitente de NFC-e para o QR Code 2, por ambiente (tpAmb), CNPJ e idCSC "
        "sem zeros à esquerda.",
        ("ambiente", "cnpj", "id"),
        ("csc",),
    ),
    "fcp": Formato(
        "Percentuais do Fundo de Combate à Pobreza por UF, separados por espaço.",
        ("uf",),
        ("percentuais",),
    ),
    "ncm_utrib": Formato(
        "Unidades tributáveis do comércio exterior por NCM, separadas por espaço.",
        ("ncm",),
        ("unidades",),
    ),
    "cenq": Formato("Enquadramento legal do IPI: cEnq.", ("codigo",), (), ("descricao",)),
    "regime_especial": Formato(
        "Como cada UF escreve o número de regime especial: uma expressão regular.",
        ("uf",),
        ("padrao",),
        padroes=frozenset({"padrao"}),
    ),
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
        except OSError:
            _warn(f"{path}: não pôde ser lido.")
        except ValueError as error:
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
    for name, text in row.items():
        _check(name, text, formato, number)
    return row


def _check(name: str, text: str, formato: Formato, number: int) -> None:
    """What a rule will take for a date, a number, an indicator or a pattern is one."""
    if name in formato.padroes:
        _check_pattern(text, number)
    elif name in _DATAS and text:
        _day(text, f"linha {number}: {name}")
    elif name in _PERCENTUAIS and text and not _PERCENTUAL.fullmatch(text):
        raise ValueError(f"linha {number}: {name} não é um percentual, como 60.00.")
    elif formato.indicadores and name not in _SEM_INDICADOR and text not in ("", "0", "1"):
        raise ValueError(f"linha {number}: {name} não é 0 nem 1.")


def _header(cells: tuple[str, ...], formato: Formato) -> tuple[str, ...]:
    missing = [name for name in (*formato.chave, *formato.obrigatorias) if name not in cells]
    if missing:
        raise ValueError(f"falta no cabeçalho: {', '.join(missing)}.")
    if len(set(cells)) != len(cells):
        raise ValueError("o cabeçalho repete uma coluna.")
    return cells


def _date(line: str, number: int) -> date | None:
    name, _, text = line.lstrip("# ").partition(":")
    return _day(text.strip(), f"linha {number}: a data") if name.strip() == "data" else None


def _day(text: str, what: str) -> date:
    if not _DATA.fullmatch(text):
        raise ValueError(f"{what} não é da forma AAAA-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{what} não existe: {text}.") from None


def _check_pattern(text: str, number: int) -> None:
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"linha {number}: {text} não é uma expressão regular.") from None


def _warn(text: str) -> None:
    print(f"Aviso: {text}", file=sys.stderr)
