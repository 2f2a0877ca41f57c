"""Evidence as a link, seen from docs/conformidade."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import relpath
from typing import Final

from fiscalxml_ops.compliance.decisions import Decisao
from fiscalxml_ops.compliance.evidence import Especie, Evidencia

_LATER: Final = " *(por vir)*"


def link(each: Evidencia) -> str:
    """A file's leads to it; a command, alert or action stands as it is."""
    later = _LATER if each.por_vir else ""
    match each.especie:
        case Especie.ALERTA if each.texto.startswith("alerta "):
            nome = each.texto.removeprefix("alerta ")
            return f"[{each.texto}](../runbooks/{nome}.md){later}"
        case Especie.ASVS:
            return f"[{each.texto}](../asvs.md)"
        case Especie.REGISTRO:
            return f"[{each.texto}](../auditoria.md#o-que-é-registrado)"
        case Especie.ALERTA | Especie.METRICA | Especie.ENSAIO | Especie.COMANDO:
            return f"`{each.texto}`{later}"
        case _:
            return f"[{_label(each)}]({_target(each)}){later}"


def _label(each: Evidencia) -> str:
    name = each.caminho.split("/")[-1]
    _, _, symbol = each.texto.partition("::")
    if each.especie is Especie.TESTE:
        return symbol.removeprefix("test_").replace("_", " ")
    heading = each.texto.partition("#")[2].replace("-", " ")
    return " ".join(filter(None, (name, symbol or heading)))


def _target(each: Evidencia) -> str:
    anchor = each.texto.partition("#")[2]
    path = each.caminho
    relative = relpath(path, "docs/conformidade")
    return f"{relative}#{anchor}" if anchor else relative


def measure(nome: str) -> str:
    """To the measure's place."""
    return f"[{nome}](medidas.md#{nome})"


def decision(nome: str, known: Mapping[str, Decisao]) -> str:
    """With the role that takes it."""
    return f"[{nome}](decisoes.md#{nome}) ({known[nome].papel})"
