"""Municípios (IBGE) and countries (Bacen) that exist, in groups B, C, E, F and G."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import EXTERIOR, municipio_inexistente, pais_inexistente
from fiscalxml.rules.nfe.scopes import Nota, da_nota, de_cada

_CAUSA_MUNICIPIO: Final = (
    "Cadastro com o código de outra tabela (TOM, SIAFI), ou com um dígito trocado."
)
_CAUSA_PAIS: Final = "Cadastro com o código ISO ou de telefone no lugar do código do Bacen."


@da_nota(
    "nfe:B12-10",
    "270",
    com="ide:cMunFG",
    correcao="Informe em ide/cMunFG o código IBGE, de 7 dígitos, do município do fato gerador.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_do_fato_gerador(nota: Nota) -> Falha | None:
    return municipio_inexistente(nota.ide["cMunFG"], "ide/cMunFG", nota.emissao)


@da_nota(
    "nfe:C10-10",
    "272",
    com="emit/enderEmit",
    correcao="Informe em enderEmit/cMun o código IBGE, de 7 dígitos, do município do emitente.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_do_emitente(nota: Nota) -> Falha | None:
    cmun = nota.ender_emit["cMun"]
    return municipio_inexistente(cmun, "emit/enderEmit/cMun", nota.emissao)


@da_nota(
    "nfe:E10-10",
    "274",
    com="dest/enderDest",
    correcao="Informe em enderDest/cMun o código IBGE, de 7 dígitos, do município do destinatário; "
    "se ele está no exterior, UF é EX.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_do_destinatario_inexistente(nota: Nota) -> Falha | None:
    ender = nota.ender_dest
    if ender["UF"] == EXTERIOR:
        return None
    return municipio_inexistente(ender["cMun"], "dest/enderDest/cMun", nota.emissao)


@de_cada(
    "retirada",
    "nfe:F07-20",
    "276",
    correcao="Informe em retirada/cMun o código IBGE, de 7 dígitos, do município da retirada.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_da_retirada_inexistente(local: Grupo, nota: Nota) -> Falha | None:
    return (
        None
        if local["UF"] == EXTERIOR
        else municipio_inexistente(local["cMun"], "cMun", nota.emissao)
    )


@de_cada(
    "entrega",
    "nfe:G07-20",
    "278",
    correcao="Informe em entrega/cMun o código IBGE, de 7 dígitos, do município da entrega.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_da_entrega_inexistente(local: Grupo, nota: Nota) -> Falha | None:
    return (
        None
        if local["UF"] == EXTERIOR
        else municipio_inexistente(local["cMun"], "cMun", nota.emissao)
    )


@da_nota(
    "nfe:E14-04",
    "377",
    com="dest/enderDest:cPais",
    correcao="Informe em enderDest/cPais o código do país na tabela do Bacen (Brasil: 1058).",
    causa=_CAUSA_PAIS,
)
def pais_do_destinatario(nota: Nota) -> Falha | None:
    return pais_inexistente(nota.ender_dest["cPais"], "dest/enderDest/cPais", nota.emissao)


@de_cada(
    "retirada",
    "nfe:F11-10",
    "970",
    correcao="Informe em retirada/cPais o código do país na tabela do Bacen (Brasil: 1058).",
    causa=_CAUSA_PAIS,
)
def pais_da_retirada(local: Grupo, nota: Nota) -> Falha | None:
    return pais_inexistente(local["cPais"], "cPais", nota.emissao)


@de_cada(
    "entrega",
    "nfe:G11-10",
    "970",
    correcao="Informe em entrega/cPais o código do país na tabela do Bacen (Brasil: 1058).",
    causa=_CAUSA_PAIS,
)
def pais_da_entrega(local: Grupo, nota: Nota) -> Falha | None:
    return pais_inexistente(local["cPais"], "cPais", nota.emissao)
