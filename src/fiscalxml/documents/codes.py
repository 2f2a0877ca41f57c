"""Official codes for faults of form, by family. Texts verbatim from the manuals.

A family without an entry gets the project's own code for the situation (`XML-`, `CHV-`, `SIG-`):
we never borrow one manual's code for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fiscalxml.documents.kind import FaltaDeForma, Oficial

_MOC_NFE = "MOC 7.0 Anexo I (regras gerais)"
_MOC_CTE = "MOC CT-e 4.00 Visão Geral"
_MOC_MDFE = "MOC MDF-e 3.00b"
_ANEXOS_NFSE = "NFS-e nacional, Anexos I e II (leiautes e regras de negócio)"

NFE: Mapping[FaltaDeForma, Oficial] = {
    "edicao": Oficial(
        "588",
        "Não é permitida a presença de caracteres de edição no início/fim da mensagem "
        "ou entre as tags da mensagem",
        "nfe:GEN-D01e",
        _MOC_NFE,
    ),
    "prefixo": Oficial("404", "Uso de prefixo de namespace não permitido", "nfe:GEN-D02", _MOC_NFE),
    "codificacao": Oficial(
        "402", "XML da área de dados com codificação diferente de UTF-8", "nfe:GEN-D03", _MOC_NFE
    ),
    "namespace": Oficial(
        "587", "Usar somente o namespace padrão da NF-e", "nfe:GEN-D01d", _MOC_NFE
    ),
    "tamanho": Oficial(
        "214", "Tamanho da mensagem excedeu o limite estabelecido", "nfe:GEN-B01", _MOC_NFE
    ),
    "lote_sem_versao": Oficial(
        "568",
        "Falha no schema XML – inexiste atributo versao na tag raiz do lote de NF-e",
        "nfe:GEN-D01b",
        _MOC_NFE,
    ),
    "id_difere": Oficial(
        "502",
        "Erro na Chave de Acesso - Campo Id não corresponde à concatenação dos campos "
        "correspondentes",
        "nfe:A03-10",
        "NT 2018.001",
    ),
    "dv": Oficial(
        "253",
        "Digito Verificador da chave de acesso composta inválida",
        "nfe:B23-10",
        "MOC 7.0 Anexo I",
    ),
    "assinatura_padrao": Oficial(
        "298", "Assinatura difere do padrão do Sistema", "nfe:GEN-F01", _MOC_NFE
    ),
    "assinatura_difere": Oficial("297", "Assinatura difere do calculado", "nfe:GEN-F02", _MOC_NFE),
    "certificado_invalido": Oficial(
        "290", "Certificado Assinatura inválido", "nfe:GEN-E01", _MOC_NFE
    ),
    "certificado_validade": Oficial(
        "291", "Certificado Assinatura Data Validade", "nfe:GEN-E02", _MOC_NFE
    ),
    "certificado_sem_documento": Oficial(
        "292", "Certificado de Assinatura sem CNPJ/CPF", "nfe:GEN-E03", _MOC_NFE
    ),
    "certificado_cadeia": Oficial(
        "293",
        "Certificado Assinatura - erro Cadeia de Certificação",
        "nfe:GEN-E04",
        _MOC_NFE,
    ),
    "certificado_raiz": Oficial(
        "295", "Certificado Assinatura difere ICP-Brasil", "nfe:GEN-E07", _MOC_NFE
    ),
    "titular_cnpj": Oficial(
        "213",
        "CNPJ-Base do Emitente difere do CNPJ-Base do Certificado Digital",
        "nfe:GEN-F03",
        _MOC_NFE,
    ),
    "titular_cpf": Oficial(
        "227",
        "CPF do Emitente difere do CPF do Certificado Digital",
        "nfe:GEN-F03A",
        _MOC_NFE,
    ),
}


_MOC_EVENTOS = "MOC 7.0 Visão Geral"

# The event's own codes. (572 is rule P07-10; the catalogue has it by its code alone.)
NFE_EVENTO: Mapping[FaltaDeForma, Oficial] = {
    "lote_sem_versao": Oficial(
        "517",
        "Falha no schema XML – inexiste atributo versao na tag raiz da mensagem",
        "nfe:GEN-D01b",
        _MOC_NFE,
    ),
    "id_difere": Oficial(
        "572",
        "Erro Atributo ID do evento não corresponde a concatenação dos campos "
        "(“ID” + tpEvento + chNFe + nSeqEvento)",
        fonte=_MOC_EVENTOS,
    ),
    "dv": Oficial(
        "236",
        "Chave de Acesso com dígito verificador inválido",
        "nfe:H072/P11/P12-10",
        _MOC_EVENTOS,
    ),
    "chave_uf": Oficial(
        "614",
        "Chave de Acesso inválida (Código UF inválido)",
        "nfe:H082/P11/P12-14",
        _MOC_EVENTOS,
    ),
    "chave_mes": Oficial(
        "616",
        "Chave de Acesso inválida (Mês < 1 ou Mês > 12)",
        "nfe:H102/P11/P12-22",
        _MOC_EVENTOS,
    ),
    "chave_modelo": Oficial(
        "618",
        "Chave de Acesso inválida (modelo diferente de 55 e 65)",
        "nfe:H122/J02f/P11/P12-28",
        _MOC_EVENTOS,
    ),
}
# Rule I04.a of the inutilização.
NFE_INUTILIZACAO: Mapping[FaltaDeForma, Oficial] = {
    "id_difere": replace(NFE["id_difere"], regra=None, fonte=_MOC_EVENTOS),
}
CTE_EVENTO: Mapping[FaltaDeForma, Oficial] = {
    "id_difere": Oficial(
        "628",
        "Erro Atributo ID do evento não corresponde a concatenação dos campos "
        "(“ID” + tpEvento + chCTe + nSeqEvento)",
        "cte:N06",
        _MOC_CTE,
    ),
    "dv": Oficial("236", "Chave de Acesso com dígito verificador inválido", "cte:N11", _MOC_CTE),
}
MDFE_EVENTO: Mapping[FaltaDeForma, Oficial] = {
    "id_difere": Oficial(
        "628",
        "Erro Atributo ID do evento não corresponde à concatenação dos campos "
        "(“ID” + tpEvento + chMDFe + nSeqEvento)",
        "mdfe:J04",
        _MOC_MDFE,
    ),
}


def _transporte(
    nome: str, id_regra: str, dv_regra: str, fonte: str, dv: str, sem_cnpj: str
) -> Mapping[FaltaDeForma, Oficial]:
    """CT-e and MDF-e share their texts; the ids of the rules differ."""
    return {
        "edicao": Oficial(
            "599",
            "Não é permitida a presença de caracteres de edição no início/fim da mensagem "
            "ou entre as tags da mensagem",
            f"{nome}:C03",
            fonte,
        ),
        "prefixo": Oficial(
            "404", "Uso de prefixo de namespace não permitido", f"{nome}:C04", fonte
        ),
        "codificacao": Oficial(
            "402",
            "XML da área de dados com codificação diferente de UTF-8",
            f"{nome}:C05",
            fonte,
        ),
        "id_difere": Oficial("227", "Erro na composição do Campo ID", f"{nome}:{id_regra}", fonte),
        "dv": Oficial("253", dv, f"{nome}:{dv_regra}", fonte),
        "assinatura_padrao": Oficial(
            "298", "Assinatura difere do padrão do Projeto", f"{nome}:E01", fonte
        ),
        "assinatura_difere": Oficial("297", "Assinatura difere do calculado", f"{nome}:E02", fonte),
        "certificado_invalido": Oficial(
            "290", "Certificado Assinatura inválido", f"{nome}:D01", fonte
        ),
        "certificado_validade": Oficial(
            "291", "Certificado Assinatura Data Validade", f"{nome}:D02", fonte
        ),
        "certificado_sem_documento": Oficial("292", sem_cnpj, f"{nome}:D03", fonte),
        "certificado_cadeia": Oficial(
            "293",
            "Certificado Assinatura - erro Cadeia de Certificação",
            f"{nome}:D04",
            fonte,
        ),
        "certificado_raiz": Oficial(
            "295", "Certificado Assinatura difere ICP-Brasil", f"{nome}:D07", fonte
        ),
        "titular_cnpj": Oficial(
            "213",
            "CNPJ-Base do Emitente difere do CNPJ-Base do Certificado Digital",
            f"{nome}:E03",
            fonte,
        ),
    }


CTE = _transporte(
    "cte",
    "G014",
    "G015",
    _MOC_CTE,
    "Dígito Verificador da chave de acesso composta inválido",
    "Certificado Assinatura sem CNPJ",
)


def cte_id(id_regra: str, dv_regra: str) -> Mapping[FaltaDeForma, Oficial]:
    """The same codes under the rule ids of CT-e OS (67) and GTV-e (64)."""
    fonte = "MOC CT-e 4.00 Anexo I"
    return {
        "id_difere": replace(CTE["id_difere"], regra=f"cte:{id_regra}", fonte=fonte),
        "dv": replace(CTE["dv"], regra=f"cte:{dv_regra}", fonte=fonte),
    }


MDFE = {
    **_transporte(
        "mdfe",
        "F03",
        "F05",
        _MOC_MDFE,
        "Digito Verificador da chave de acesso composta inválido",
        "Certificado Assinatura sem CNPJ / CPF",
    ),
    "titular_cpf": Oficial(
        "202", "CPF do Emitente difere do CPF do Certificado Digital", "mdfe:E04", _MOC_MDFE
    ),
}


def nfse(
    assinatura: str,
    certificado: str,
    padrao: str,
    *,
    id_difere: tuple[str, str] | None = None,
    titular: tuple[str, str] | None = None,
    nome: str,
) -> Mapping[FaltaDeForma, Oficial]:
    """The NFS-e manual has one set of codes per signed element."""
    oficiais: dict[FaltaDeForma, Oficial] = {
        "assinatura_difere": Oficial(
            assinatura, "Arquivo enviado com erro na assinatura.", f"nfse:{nome}", _ANEXOS_NFSE
        ),
        "certificado_invalido": Oficial(
            padrao,
            "Certificado Digital fora do padrão estabelecido.",
            f"nfse:{nome}",
            _ANEXOS_NFSE,
        ),
    }
    for situacao in ("certificado_validade", "certificado_cadeia", "certificado_raiz"):
        oficiais[situacao] = Oficial(
            certificado,
            "Certificado Digital da assinatura inválido.",
            f"nfse:{nome}",
            _ANEXOS_NFSE,
        )
    if id_difere:
        signed = nome.removesuffix("/Signature")
        inf = "infNFSe" if signed == "NFSe" else "infDPS"
        oficiais["id_difere"] = Oficial(*id_difere, f"nfse:{signed}/{inf}/id", _ANEXOS_NFSE)
    if titular:
        oficiais["titular_cnpj"] = Oficial(*titular, f"nfse:{nome}", _ANEXOS_NFSE)
        oficiais["titular_cpf"] = oficiais["titular_cnpj"]
    return oficiais
