"""Whole documents that are right by the manuals and the law, judged by the real engine.

A rejection that is wrong costs a user a day: no rule may find an error in any of these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from factory import build, chave_of
from fiscalxml import Report, validate_all

from .compor import FOLDER, Nota

_ENVIO = timedelta(minutes=2)


def _cenarios() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.toml")):
        if path.stem == "partes":
            continue
        for cenario in tomllib.loads(path.read_text(encoding="utf-8"))["cenario"]:
            yield pytest.param(cenario, id=f"{path.stem}: {cenario['nome']}")


def _documento(cenario: dict[str, Any]) -> bytes:
    """A note that is composed, or another document of the factory with its edits."""
    if "item" in cenario:
        return Nota(cenario).documento()
    edits = {"after": cenario.get("depois", {}), "remove": cenario.get("remove", ())}
    nota = cenario.get("da_nota")
    chave = chave_of(Nota({"item": [{}], **nota}).documento()) if nota else ""
    muda = {path: text.replace("{chave}", chave) for path, text in cenario.get("muda", {}).items()}
    return build(cenario["base"], changes=muda, **edits)


def _report(cenario: dict[str, Any]) -> Report:
    em = cenario.get("em")
    if em is None and "item" in cenario:
        em = datetime.fromisoformat(Nota(cenario).ide["dhEmi"]) + _ENVIO
    (report,) = validate_all(_documento(cenario), em=em)
    return report


@pytest.mark.parametrize("cenario", list(_cenarios()))
def test_scenario(cenario: dict[str, Any]) -> None:
    report = _report(cenario)
    found = [a for a in report.achados if a.camada in ("xml", "schema", "chave", "regras")]
    errors = [
        (a.codigo, a.regra, a.mensagem, a.caminho, a.encontrado, a.esperado)
        for a in found
        if a.severidade == "erro"
    ]
    assert errors == []
    assert report.camadas["schema"] in ("ok", "nao_avaliada") or "base" in cenario
    assert report.camadas["regras"] in ("ok", "aviso")
    avisos = {f"{a.regra} {a.codigo}" for a in found if a.severidade == "aviso"}
    assert avisos == set(cenario.get("avisos", ()))
