"""The chave layer: the Id of a document, part by part, against the document's own fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, pairwise

from fiscalxml.documents.facts import Fatos
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import CamposChave, FaltaDeForma, Oficial
from fiscalxml.identifiers.chave import Chave, chave_check_digit, parse_chave
from fiscalxml.identifiers.chave_invalida import ChaveInvalida
from fiscalxml.identifiers.chave_nfse import ChaveNfse, parse_chave_nfse, parse_id_dps
from fiscalxml.report import Achado, Evento
from fiscalxml.xml import short

_OWN: dict[FaltaDeForma, Oficial] = {
    "id_difere": Oficial("CHV-002", "O Id não corresponde aos campos do documento"),
    "dv": Oficial("CHV-003", "Dígito verificador da chave de acesso inválido"),
}
_PARTES: dict[str, FaltaDeForma] = {
    "cDV": "dv",
    "cUF": "chave_uf",
    "AAMM": "chave_mes",
    "mod": "chave_modelo",
}
"""what a manual may have a code for, by the part of the key that is wrong"""
_ILEGIVEL = Oficial("CHV-001", "Chave de acesso ilegível")
_Par = tuple[str, str, str | None]
"""(name of a part, as it is in the Id, as it is in the document)"""

_LEGACY_CODE = 9  # layouts before tpEmis existed: the código took its place in the key too


def judge_key(found: Encontrado, fatos: Fatos) -> Iterator[Achado]:
    """Findings on the Id: unreadable, wrong check digit, or differing from the document."""
    assert found.kind is not None  # noqa: S101
    if fatos.id is None:
        return
    tipo = found.kind.tipo
    if tipo == "evento":
        yield from _judge_event(found, fatos)
    elif tipo == "nfse":
        yield from _judge_nfse(found, fatos, fatos.id)
    elif tipo == "dps":
        yield from _judge_dps(found, fatos.id, fatos.ide)
    elif tipo == "inutilizacao":
        yield from _judge_inutilizacao(found, fatos.id, fatos.ide)
    else:
        yield from _judge_document(found, fatos, fatos.id)


def _judge_document(found: Encontrado, fatos: Fatos, id_: str) -> Iterator[Achado]:
    assert found.kind is not None  # noqa: S101
    prefix, campos = found.kind.prefixo_id, found.kind.chave
    if campos is not None and _is_concatenation(id_, prefix, campos, fatos):
        return
    try:
        chave = parse_chave(id_.removeprefix(prefix))
    except ChaveInvalida as wrong:
        yield _unreadable(found, wrong)
        if wrong.campo == "cDV" and campos is not None:
            base = id_.removeprefix(prefix)[:-1]
            chave = parse_chave(base + chave_check_digit(base))
            yield from _compare(found, _parts(chave, campos, fatos, dv=False))
        return
    pairs: list[_Par] = []
    if not id_.startswith(prefix):
        pairs.append(("o prefixo", id_[: len(prefix)], prefix))
    if campos is not None:
        pairs += _parts(chave, campos, fatos)
    yield from _compare(found, pairs)


def _is_concatenation(id_: str, prefix: str, campos: CamposChave, fatos: Fatos) -> bool:
    """Whether the Id is what the fields spell, check digit included: no need to take it apart."""
    ide = fatos.ide
    emissao = ide.get("dhEmi") or ide.get("dEmi") or ""
    site = ide.get(campos.site, "") if campos.site else ""
    base = (
        f"{ide.get('cUF')}{emissao[2:4]}{emissao[5:7]}{fatos.emitente or '':0>14}{ide.get('mod')}"
        f"{ide.get('serie', ''):0>3}{ide.get(campos.numero, ''):0>9}{ide.get('tpEmis')}{site}"
        f"{ide.get(campos.codigo, '').zfill(8 - len(site))}"
    )
    try:
        return id_ == f"{prefix}{base}{chave_check_digit(base)}" and ide.get("cDV") == id_[-1]
    except ValueError:  # a field that fits in no key
        return False


def _parts(chave: Chave, campos: CamposChave, fatos: Fatos, *, dv: bool = True) -> list[_Par]:
    """Each part of the key that has a field of its own in the document; with its check digit."""
    ide = fatos.ide
    emissao = ide.get("dhEmi") or ide.get("dEmi") or ""
    pairs: list[_Par] = [
        ("cUF", chave.uf, ide.get("cUF")),
        ("ano e mês de emissão", chave.ano_mes, emissao[2:4] + emissao[5:7] or None),
        ("mod", chave.modelo, ide.get("mod")),
        ("serie", chave.serie, ide.get("serie")),
        (campos.numero, chave.numero, ide.get(campos.numero)),
        *_code(chave, ide, campos),
    ]
    if dv:
        pairs.append(("cDV", chave.dv, ide.get("cDV")))
    if not chave.avulsa:
        pairs.append(("CNPJ/CPF do emitente", chave.emitente, fatos.emitente))
    return pairs


def _code(chave: Chave, ide: Mapping[str, str], campos: CamposChave) -> list[_Par]:
    code = ide.get(campos.codigo)
    if code is not None and len(code) == _LEGACY_CODE:
        whole = chave.tipo_emissao + chave.nsite_autoriz + chave.codigo
        return [(campos.codigo, whole, code)]
    pairs: list[_Par] = [
        ("tpEmis", chave.tipo_emissao, ide.get("tpEmis")),
        (campos.codigo, chave.codigo, code),
    ]
    if campos.site:
        pairs.append((campos.site, chave.nsite_autoriz, ide.get(campos.site)))
    return pairs


def _judge_event(found: Encontrado, fatos: Fatos) -> Iterator[Achado]:
    """The Id of an event is ID + tpEvento + chave + nSeqEvento; NFS-e events have their own."""
    evento = fatos.documento.evento
    assert found.kind is not None  # noqa: S101
    if evento is None or fatos.id is None:
        return
    if found.kind.prefixo_id != "ID":
        yield from _judge_nfse_event(found, fatos.id, evento)
        return
    body = fatos.id.removeprefix("ID")
    parts = (body[:6], body[6:50], body[50:])
    sequence = None if evento.sequencia is None else str(evento.sequencia)
    pairs: list[_Par] = [
        ("tpEvento", parts[0], evento.tipo),
        ("a chave", parts[1], evento.chave),
        ("nSeqEvento", parts[2], sequence),
    ]
    yield from _compare(found, pairs)
    yield from _judge_event_key(found, evento, parse_chave)


def _judge_nfse_event(found: Encontrado, id_: str, evento: Evento) -> Iterator[Achado]:
    """PRE (the request) or EVT (the event), then the chave of the NFS-e and the kind of event."""
    body = id_[3:]
    yield from _compare(
        found,
        [("a chave", body[:50], evento.chave), ("o tipo do evento", body[50:56], evento.tipo)],
    )
    yield from _judge_event_key(found, evento, parse_chave_nfse)


def _judge_event_key(
    found: Encontrado, evento: Evento, parse: Callable[[str], object]
) -> Iterator[Achado]:
    """The chave of the document that an event is about."""
    if not evento.chave:
        return
    try:
        chave = parse(evento.chave)
    except ChaveInvalida as wrong:
        yield _unreadable(found, wrong)
        return
    models = found.kind.modelos_alvo if found.kind else ()
    if models and isinstance(chave, Chave) and chave.modelo not in models:
        words = f"O modelo {chave.modelo} não é de um documento que este evento possa ter."
        oficial = _official(found, "chave_modelo")
        yield _achado(found, oficial, words, chave.modelo, " ou ".join(sorted(models)))


def _judge_inutilizacao(found: Encontrado, id_: str, ide: Mapping[str, str]) -> Iterator[Achado]:
    """ID, then the fields one after the other. (Layouts before 2.00 left out the year.)"""
    widths = {"cUF": 2, "ano": 2, "CNPJ": 14, "mod": 2, "serie": 3}
    numbers = ("nNFIni", "nNFFin") if "nNFIni" in ide else ("nCTIni", "nCTFin")
    widths |= dict.fromkeys(numbers, 9)
    body = id_.removeprefix("ID")
    if len(body) != sum(widths.values()):
        return
    ends = accumulate(widths.values(), initial=0)
    parts = [body[start:end] for start, end in pairwise(ends)]
    yield from _compare(
        found,
        [(name, part, ide.get(name)) for name, part in zip(widths, parts, strict=True)],
    )


def _judge_nfse(found: Encontrado, fatos: Fatos, id_: str) -> Iterator[Achado]:
    try:
        chave: ChaveNfse = parse_chave_nfse(id_.removeprefix("NFS"))
    except ChaveInvalida as wrong:
        yield _unreadable(found, wrong)
        return
    pairs: list[_Par] = [
        ("nNFSe", chave.numero, fatos.ide.get("nNFSe")),
        ("ambGer", chave.ambiente_gerador, fatos.ide.get("ambGer")),
        ("CNPJ/CPF do emitente", chave.inscricao, fatos.emitente),
        ("cLocEmi", chave.municipio, _texto(found, "DPS", "infDPS", "cLocEmi")),
    ]
    yield from _compare(found, pairs)


def _judge_dps(found: Encontrado, id_: str, campos: Mapping[str, str]) -> Iterator[Achado]:
    try:
        dps = parse_id_dps(id_)
    except ChaveInvalida as wrong:
        yield _unreadable(found, wrong)
        return
    pairs: list[_Par] = [
        ("cLocEmi", dps.municipio, campos.get("cLocEmi")),
        ("serie", dps.serie, campos.get("serie")),
        ("nDPS", dps.numero, campos.get("nDPS")),
    ]
    if campos.get("tpEmit") == "1":
        inscricao = _texto(found, "prest", "CNPJ") or _texto(found, "prest", "CPF")
        pairs.append(("CNPJ/CPF do prestador", dps.inscricao, inscricao))
    yield from _compare(found, pairs)


def _texto(found: Encontrado, *caminho: str) -> str | None:
    """Of a field of the signed element, without blanks; None where it has none."""
    *grupos, campo = caminho
    grupo = None if found.campos is None else found.campos.grupo(*grupos)
    return None if grupo is None else grupo[campo].strip() or None


def _unreadable(found: Encontrado, wrong: ChaveInvalida) -> Achado:
    situacao = _PARTES.get(wrong.campo)
    oficial = _ILEGIVEL if situacao is None else _official(found, situacao)
    return _achado(found, oficial, wrong.motivo, wrong.encontrado, wrong.esperado)


def _compare(found: Encontrado, pairs: Iterable[_Par]) -> Iterator[Achado]:
    """One finding for all the parts of the Id that differ from the document."""
    differing = [
        (nome, short(in_id), short(in_document))
        for nome, in_id, in_document in pairs
        if in_document is not None and in_id != in_document.zfill(len(in_id))
    ]
    if differing:
        yield _achado(
            found,
            _official(found, "id_difere"),
            " ".join(
                f"No Id, {nome} é {in_id}; no documento, {in_document}."
                for nome, in_id, in_document in differing
            ),
            ", ".join(f"{nome} {in_id}" for nome, in_id, _ in differing),
            ", ".join(f"{nome} {in_document}" for nome, _, in_document in differing),
        )


def _achado(
    found: Encontrado,
    oficial: Oficial,
    explicacao: str,
    encontrado: str,
    esperado: str,
) -> Achado:
    assert found.assinado is not None  # noqa: S101 - it has the Id
    onde = found.posicao(found.assinado)
    return Achado(
        codigo=oficial.codigo,
        regra=oficial.regra,
        camada="chave",
        severidade="erro",
        mensagem=oficial.mensagem,
        explicacao=explicacao,
        correcao="Monte o Id de novo a partir dos campos do documento, recalcule o dígito "
        "verificador e assine de novo.",
        caminho=f"{onde.caminho}/@Id",
        linha=onde.linha,
        encontrado=short(encontrado),
        esperado=short(esperado),
        fonte=oficial.fonte,
    )


def _official(found: Encontrado, situacao: FaltaDeForma) -> Oficial:
    """The code for a fault of the Id: a family's own speak of the chaves of its documents only."""
    official = None
    if found.kind is not None and found.kind.chave is None:
        official = found.kind.oficiais.get(situacao)
    elif found.familia is not None:
        official = found.familia.oficial(found.kind, situacao)
    return official or _OWN.get(situacao, _ILEGIVEL)
