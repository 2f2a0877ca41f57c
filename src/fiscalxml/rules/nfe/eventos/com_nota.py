"""What an event must share with its note, judged where both are in one file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from fiscalxml.documents.facts import parse_datetime
from fiscalxml.documents.groups import Grupo
from fiscalxml.documents.kind import DENEGADO
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import cnpj_root
from fiscalxml.rules.nfe.eventos.junto import NotaJunta
from fiscalxml.rules.nfe.eventos.scopes import (
    ATOR_INTERESSADO,
    CANCELAMENTO,
    CARTA_DE_CORRECAO,
    CONCILIACAO,
    ENTREGA,
    INSUCESSO,
    MANIFESTACAO,
    PRORROGACAO,
    SUBSTITUICAO,
    Evento,
    do_evento,
)

_TOLERANCIA: Final = timedelta(minutes=5)
_DUAS_HORAS: Final = timedelta(hours=2)
_NORMAL: Final = "1"
_DESTINATARIO: Final = "2"
"""tpAutor"""
_DE_NOTA_AUTORIZADA: Final = (
    *(CARTA_DE_CORRECAO, CANCELAMENTO, SUBSTITUICAO, ATOR_INTERESSADO),
    *sorted(ENTREGA | INSUCESSO | CONCILIACAO | PRORROGACAO),
)
_PEDIDO_DE_PRORROGACAO: Final = ("111500", "111501")
"""the cancelling of one names the protocol of the pedido, not that of the note"""
_CAMPOS_DO_ITEM: Final = (
    *("cProd", "cEAN", "xProd", "NCM", "CFOP", "uCom", "qCom", "vUnCom", "vProd", "indTot"),
)
_NUMEROS_DO_ITEM: Final = frozenset({"qCom", "vUnCom", "vProd"})
_REFERIDA: Final = "detEvento/chNFeRef"


@do_evento(
    "",
    "575",
    id="evento:2P21-10",
    causa="A manifestação foi gerada com o CNPJ de outra empresa do sistema.",
    correcao="Informe como autor o CNPJ ou CPF do destinatário da nota.",
)
def autor_e_destinatario(evento: Evento) -> Falha | None:
    """The author of an event of the destinatário is that of the note, or a branch of it."""
    if evento.tipo not in MANIFESTACAO and evento.detalhe["tpAutor"] != _DESTINATARIO:
        return None
    nota = evento.nota
    if nota is None:
        return None
    campo, autor = evento.autor
    dest = nota.grupo.em("dest")
    if campo == "CPF" and autor == dest["CPF"]:
        return None
    if campo == "CNPJ" and cnpj_root(autor) == cnpj_root(dest["CNPJ"]):
        return None
    return Falha(campo, autor, f"{dest['CNPJ'] or dest['CPF'] or 'nenhum'}, o destinatário da nota")


@do_evento(
    "",
    "579",
    *_DE_NOTA_AUTORIZADA,
    *sorted(MANIFESTACAO),
    id="evento:2P13-14",
    causa="Relógio do computador atrasado, ou evento gerado antes da resposta da SEFAZ.",
    correcao="Acerte o relógio e gere o evento depois de a nota ser autorizada.",
)
def anterior_a_autorizacao(evento: Evento) -> Falha | None:
    """dhEvento is not before the note's authorisation, give or take five minutes."""
    nota = evento.nota
    if nota is None or nota.protocolo is None or evento.citada.emissao != _NORMAL:
        return None
    autorizada = parse_datetime(nota.protocolo["dhRecbto"])
    if autorizada is None or evento.emissao is None:
        return None
    if evento.emissao >= autorizada - _TOLERANCIA:
        return None
    return Falha("dhEvento", evento.grupo["dhEvento"], f"a partir de {nota.protocolo['dhRecbto']}")


@do_evento(
    "",
    "580",
    *_DE_NOTA_AUTORIZADA,
    id="evento:2P12-22",
    causa="Evento gerado para uma nota denegada.",
    correcao="Só a nota autorizada aceita o evento: a denegada não se cancela nem se corrige.",
)
def nota_nao_autorizada(evento: Evento) -> Falha | None:
    """The note's protocol does not deny it."""
    nota = evento.nota
    if nota is None or nota.protocolo is None or nota.protocolo["cStat"] not in DENEGADO:
        return None
    return Falha("chNFe", f"nota com cStat {nota.protocolo['cStat']}", "nota autorizada")


@do_evento(
    "nfe:2P23-10/P11- 19/P1920",
    "222",
    CANCELAMENTO,
    SUBSTITUICAO,
    *_PEDIDO_DE_PRORROGACAO,
    com="detEvento:nProt",
    causa="nProt preenchido com o protocolo de outra nota, ou com o recibo do lote.",
    correcao="Informe em nProt o protocolo de autorização da nota (protNFe/infProt/nProt).",
)
def protocolo_da_nota(evento: Evento) -> Falha | None:
    nota = evento.nota
    cadastrado = nota.protocolo["nProt"] if nota is not None and nota.protocolo else ""
    if cadastrado in ("", evento.detalhe["nProt"]):
        return None
    return Falha("detEvento/nProt", evento.detalhe["nProt"], cadastrado)


def _da_substituta(
    regra: str,
    codigo: str,
    compare: Callable[[Grupo, Grupo], tuple[str, str] | None],
) -> None:
    """The note that replaces the cancelled one repeats it; `compare` gives both where not."""

    @do_evento(
        regra,
        codigo,
        SUBSTITUICAO,
        com="detEvento:chNFeRef",
        causa="A chave citada é a de outra venda, ou a venda mudou ao ser refeita.",
        correcao="Cite em chNFeRef a NFC-e emitida em contingência para a mesma venda; se a venda "
        "é outra, use o cancelamento comum.",
    )
    def rule(evento: Evento) -> Falha | None:
        cancelada, substituta = evento.nota, evento.substituta
        if cancelada is None or substituta is None:
            return None
        pair = compare(substituta.grupo, cancelada.grupo)
        return None if pair is None else Falha(_REFERIDA, pair[0], pair[1])


def _emissao(substituta: Grupo, cancelada: Grupo) -> tuple[str, str] | None:
    texts = substituta.em("ide")["dhEmi"], cancelada.em("ide")["dhEmi"]
    later, earlier = parse_datetime(texts[0]), parse_datetime(texts[1])
    if later is None or earlier is None or later <= earlier + _DUAS_HORAS:
        return None
    return texts[0], f"até duas horas depois de {texts[1]}"


def _total(campo: str) -> Callable[[Grupo, Grupo], tuple[str, str] | None]:
    def compare(substituta: Grupo, cancelada: Grupo) -> tuple[str, str] | None:
        totais = substituta.em("total", "ICMSTot"), cancelada.em("total", "ICMSTot")
        if totais[0].valor(campo) == totais[1].valor(campo):
            return None
        return f"{campo} {totais[0][campo]}", totais[1][campo]

    return compare


def _destinatario(substituta: Grupo, cancelada: Grupo) -> tuple[str, str] | None:
    """Where the cancelled note names one."""
    found, wanted = (_identity(nota.em("dest")) for nota in (substituta, cancelada))
    if not wanted[0] or found == wanted:
        return None
    if found[0] == wanted[0]:
        return f"IE do destinatário {found[1] or 'ausente'}", wanted[1] or "sem IE"
    return f"destinatário {found[0] or 'ausente'}", wanted[0]


def _identity(dest: Grupo) -> tuple[str, str]:
    return dest["CNPJ"] or dest["CPF"] or dest["idEstrangeiro"], dest["IE"]


def _quantidade(substituta: Grupo, cancelada: Grupo) -> tuple[str, str] | None:
    counts = len(substituta.lista("det")), len(cancelada.lista("det"))
    return None if counts[0] == counts[1] else (f"{counts[0]} itens", f"{counts[1]} itens")


def _itens(substituta: Grupo, cancelada: Grupo) -> tuple[str, str] | None:
    pairs = zip(substituta.lista("det"), cancelada.lista("det"), strict=False)
    for numero, (found, wanted) in enumerate(pairs, 1):
        for campo in _CAMPOS_DO_ITEM:
            prods = found.em("prod"), wanted.em("prod")
            if _differ(campo, *prods):
                return f"{campo} do item {numero}: {prods[0][campo]}", prods[1][campo]
    return None


def _differ(campo: str, found: Grupo, wanted: Grupo) -> bool:
    """A number may be written with more zeros, or with fewer."""
    if found[campo] == wanted[campo]:
        return False
    return campo not in _NUMEROS_DO_ITEM or found.valor(campo) != wanted.valor(campo)


for _linha in (
    ("nfe:5P31-20", "914", _emissao),
    ("nfe:5P31-24", "915", _total("vNF")),
    ("nfe:5P31-28", "916", _total("vICMS")),
    ("nfe:5P31-32", "917", _destinatario),
    ("nfe:5P31-36", "918", _quantidade),
    ("nfe:5P31-40", "919", _itens),
):
    _da_substituta(*_linha)


@do_evento(
    "nfe:5P31-14",
    "913",
    SUBSTITUICAO,
    com="detEvento:chNFeRef",
    causa="A nota emitida em contingência foi denegada.",
    correcao="Só uma nota autorizada substitui a cancelada.",
)
def substituta_denegada(evento: Evento) -> Falha | None:
    nota: NotaJunta | None = evento.substituta
    if nota is None or nota.protocolo is None or nota.protocolo["cStat"] not in DENEGADO:
        return None
    return Falha(_REFERIDA, f"nota com cStat {nota.protocolo['cStat']}", "nota autorizada")
