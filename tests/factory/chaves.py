"""Check digits and the Id that each layout derives from a document's own fields."""

from itertools import cycle

from .paths import Element, child, find, set_text, text

# Código numérico (9 digits) that the issuing system draws for an NFS-e; no field carries it.
_CODIGO_NFSE = "417293568"


def chave_dv(base: str) -> str:
    """Check digit of a chave: modulo 11, weights 2 to 9 from the right, letters as ASCII-48."""
    rest = _weighted_sum(base) % 11
    return "0" if rest < 2 else str(11 - rest)


def cnpj_with_dv(base: str) -> str:
    """The CNPJ of a 12-character base, which may have letters."""
    for _ in range(2):
        base += chave_dv(base)
    return base


def cpf_with_dv(base: str) -> str:
    """The CPF of a 9-digit base."""
    for _ in range(2):
        rest = sum(int(c) * weight for c, weight in zip(reversed(base), range(2, 12), strict=False))
        base += str((rest * 10 % 11) % 10)
    return base


def _weighted_sum(base: str) -> int:
    weights = cycle(range(2, 10))
    return sum((ord(c) - 48) * weight for c, weight in zip(reversed(base), weights, strict=False))


def titular_of(inf: Element) -> str:
    """CNPJ or CPF of who emits, and therefore signs, the document."""
    owners = ("emit", "prest", ".")
    paths = [f"{owner}/{tag}" for owner in owners for tag in ("CNPJ", "CPF")]
    return text(inf, *paths, "CNPJAutor", "CPFAutor")


def id_of_dfe(inf: Element, prefix: str) -> str:
    """'NFe' + 44 characters; the document's cDV is set to the check digit."""
    ide = find(inf, "ide")
    if ide is None:
        raise LookupError("ide")
    base = (
        text(ide, "cUF")
        + _aamm(text(ide, "dhEmi"))
        + titular_of(inf).zfill(14)
        + text(ide, "mod")
        + text(ide, "serie").zfill(3)
        + text(ide, "nNF", "nCT", "nMDF", "nBP").zfill(9)
        + text(ide, "tpEmis")
        + (text(ide, "nSiteAutoriz") if find(ide, "nSiteAutoriz") is not None else "")
        + text(ide, "cNF", "cCT", "cMDF", "cBP")
    )
    set_text(ide, "cDV", chave_dv(base))
    return prefix + base + chave_dv(base)


def id_of_evento(inf: Element, prefix: str) -> str:
    """'ID' + tpEvento + chave + nSeqEvento: 2 digits in NF-e, 3 in CT-e and MDF-e."""
    width = 2 if find(inf, "chNFe") is not None else 3
    chave = text(inf, "chNFe", "chCTe", "chMDFe")
    return prefix + text(inf, "tpEvento") + chave + text(inf, "nSeqEvento").zfill(width)


def id_of_inutilizacao(inf: Element, prefix: str) -> str:
    """'ID' + cUF + ano + CNPJ + mod + serie + first and last numbers."""
    head = "".join(text(inf, tag) for tag in ("cUF", "ano", "CNPJ", "mod"))
    tail = "".join(text(inf, tag).zfill(9) for tag in ("nNFIni", "nNFFin"))
    return prefix + head + text(inf, "serie").zfill(3) + tail


def id_of_dps(inf: Element, prefix: str) -> str:
    """'DPS' + município + type and number of the federal registration + series + number."""
    return (
        prefix
        + text(inf, "cLocEmi")
        + _inscricao(titular_of(inf))
        + text(inf, "serie").zfill(5)
        + text(inf, "nDPS").zfill(15)
    )


def id_of_nfse(inf: Element, prefix: str) -> str:
    """'NFS' + 50 digits."""
    base = (
        text(inf, "DPS/infDPS/cLocEmi")
        + text(inf, "ambGer")
        + _inscricao(titular_of(inf))
        + text(inf, "nNFSe").zfill(13)
        + _aamm(text(inf, "DPS/infDPS/dhEmi"))
        + _CODIGO_NFSE
    )
    return prefix + base + chave_dv(base)


def id_of_pedido_nfse(inf: Element, prefix: str) -> str:
    """'PRE' + chave of the NFS-e + event type, which is the name of the event's group."""
    evento = inf[-1].tag
    return prefix + text(inf, "chNFSe") + str(evento).rpartition("}e")[2]


def id_of_evento_nfse(inf: Element, prefix: str) -> str:
    """'EVT' + chave of the NFS-e + event type + its number, of the request inside."""
    pedido = child(inf, "pedRegEvento/infPedReg")
    return prefix + id_of_pedido_nfse(pedido, "") + text(inf, "nSeqEvento")


def _inscricao(titular: str) -> str:
    return ("2" if len(titular) == 14 else "1") + titular.zfill(14)


def _aamm(data: str) -> str:
    return data[2:4] + data[5:7]
