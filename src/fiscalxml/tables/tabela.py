"""What is said of a table, and how its rows are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import msgspec


class Tabela(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table is from. Its rows are read when they are first asked for."""

    nome: str
    fonte: str
    """the official publication"""
    pacote: str = ""
    """the public package that its rows come from; empty where they are in the code"""
    licenca: str = ""
    data: date
    """what is newer than this it may not know"""
    linhas: int


def read_rows(arquivo: str) -> Iterator[list[str]]:
    """The rows of a table of the package, without their header."""
    return (line.split("\t") for line in _lines(arquivo)[1:])


def read_pairs(arquivo: str) -> dict[str, str]:
    """The rows of a table of two columns: code, and what is said of it."""
    pairs = (line.partition("\t") for line in _lines(arquivo)[1:])
    return {code: text for code, _, text in pairs}


def read_named(arquivo: str) -> Iterator[dict[str, str]]:
    """The rows of a table of the package, by column."""
    header, *lines = _lines(arquivo)
    names = header.split("\t")
    return (dict(zip(names, line.split("\t"), strict=True)) for line in lines)


def _lines(arquivo: str) -> list[str]:
    text = files(f"{__package__}.dados").joinpath(f"{arquivo}.tsv").read_text(encoding="utf-8")
    return text.splitlines()
