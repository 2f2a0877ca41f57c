"""ECONF (110750): which payments a note received (NT 2024.002)."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.facts import BRASILIA
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.rules.nfe.eventos.scopes import Evento, do_evento

_ECONF: Final = "110750"
_FONTE: Final = "NT 2024.002"
_PAGAMENTO: Final = "detEvento/detPag"


@do_evento(
    "nfe:YA03a-10",
    "657",
    _ECONF,
    com=_PAGAMENTO,
    id="evento:P26-10",
    fonte=_FONTE,
    relogio=True,
    causa="Pagamento previsto, ainda não recebido.",
    correcao="Registre o evento depois do pagamento e informe em dPag o dia em que ele ocorreu.",
)
def pagamento_no_futuro(evento: Evento) -> Falha | None:
    """dPag is not after the day of registration."""
    if evento.recebimento is None:
        return None
    hoje = evento.recebimento.astimezone(BRASILIA).date().isoformat()
    for numero, pagamento in enumerate(evento.detalhe.lista("detPag"), 1):
        if pagamento["dPag"][:10] > hoje:
            return Falha(f"detEvento/detPag[{numero}]/dPag", pagamento["dPag"], f"até {hoje}")
    return None


def _cnpj(row: str, codigo: str, id_: str, campo: str, mensagem: str) -> None:
    """A CNPJ of a payment that is there is one."""

    @do_evento(
        row,
        codigo,
        _ECONF,
        com=f"{_PAGAMENTO}:{campo}",
        id=id_,
        fonte=_FONTE,
        mensagem=mensagem,
        causa="CNPJ digitado errado, ou preenchido com zeros.",
        correcao=f"Corrija {campo}, ou retire-o se não for conhecido.",
    )
    def rule(evento: Evento) -> Falha | None:
        for numero, pagamento in enumerate(evento.detalhe.lista("detPag"), 1):
            cnpj = pagamento[campo]
            if cnpj and not is_valid_cnpj(cnpj):
                where = f"detEvento/detPag[{numero}]/{campo}"
                return Falha(where, cnpj, "CNPJ com dígitos verificadores corretos")
        return None


for _linha in (
    (
        "nfe:YA03c-10",
        "961",
        "evento:P28-10",
        "CNPJPag",
        "CNPJ transacional do pagamento inválido",
    ),
    (
        "nfe:YA05-20",
        "437",
        "evento:P30-10",
        "CNPJIF",
        "CNPJ da instituição de pagamento inválido",
    ),
    (
        "nfe:E02-10",
        "208",
        "evento:P34-10",
        "CNPJReceb",
        "CNPJ informado inválido (DV ou zeros)",
    ),
):
    _cnpj(*_linha)
