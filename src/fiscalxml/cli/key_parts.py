"""The parts of an access key in words."""

from __future__ import annotations

from fiscalxml.identifiers.chave import Chave, parse_chave
from fiscalxml.identifiers.chave_nfse import TAMANHO as TAMANHO_NFSE
from fiscalxml.identifiers.chave_nfse import ChaveNfse, parse_chave_nfse
from fiscalxml.identifiers.cnpj import format_cnpj, is_valid_cnpj
from fiscalxml.identifiers.cpf import format_cpf, is_valid_cpf
from fiscalxml.pages.names import ESTADOS, MESES, MODELOS, TIPOS_DE_EMISSAO
from fiscalxml.pages.words import grouped

Rows = list[tuple[str, str]]
"""(name, value) for each part, in the order of the key."""


def parse_any(text: str) -> Chave | ChaveNfse:
    """A key of either length. Raises `ChaveInvalida`."""
    return parse_chave_nfse(text) if len(text) == TAMANHO_NFSE else parse_chave(text)


def explain(chave: Chave | ChaveNfse) -> Rows:
    """Each part with its meaning."""
    return _explain_nfse(chave) if isinstance(chave, ChaveNfse) else _explain_sefaz(chave)


def _explain_sefaz(chave: Chave) -> Rows:
    rows = [
        ("Chave", grouped(chave.text)),
        ("UF", f"{chave.uf}: {ESTADOS[chave.sigla_uf]} ({chave.sigla_uf})"),
        ("Emissão", _month(chave.ano_mes)),
        ("Emitente", _cpf(chave.cpf) if chave.cpf else _cnpj(chave.emitente)),
        ("Modelo", f"{chave.modelo}: {MODELOS[chave.modelo]}"),
        ("Série", str(int(chave.serie))),
        ("Número", str(int(chave.numero))),
        ("Tipo de emissão", _emission(chave)),
        ("Site autorizador", chave.nsite_autoriz),
        ("Código", chave.codigo),
        ("DV", chave.dv),
    ]
    return [(name, value) for name, value in rows if value]


def _explain_nfse(chave: ChaveNfse) -> Rows:
    gerador = {"1": "prefeitura", "2": "Sistema Nacional"}[chave.ambiente_gerador]
    person = chave.inscricao.startswith("000") and is_valid_cpf(chave.inscricao[3:])
    return [
        ("Chave", grouped(chave.text)),
        ("Modelo", "NFS-e nacional"),
        ("Município", f"{chave.municipio} (código IBGE)"),
        ("Ambiente gerador", f"{chave.ambiente_gerador}: {gerador}"),
        ("Inscrição federal", _cpf(chave.inscricao[3:]) if person else _cnpj(chave.inscricao)),
        ("Número", str(int(chave.numero))),
        ("Emissão", _month(chave.ano_mes)),
        ("Código", chave.codigo),
        ("DV", chave.dv),
    ]


def _month(ano_mes: str) -> str:
    return f"{MESES[int(ano_mes[2:]) - 1]} de 20{ano_mes[:2]}"


def _cnpj(cnpj: str) -> str:
    doubt = "" if is_valid_cnpj(cnpj) else " (dígitos verificadores não conferem)"
    return f"CNPJ {format_cnpj(cnpj)}{doubt}"


def _cpf(cpf: str) -> str:
    doubt = "" if is_valid_cpf(cpf) else " (dígitos verificadores não conferem)"
    return f"CPF {format_cpf(cpf)}{doubt}"


def _emission(chave: Chave) -> str:
    meaning = TIPOS_DE_EMISSAO.get(chave.modelo, {}).get(chave.tipo_emissao)
    return f"{chave.tipo_emissao}: {meaning}" if meaning else chave.tipo_emissao
