"""Make the pages of the rules from the code: `docs/regras/`.

    make regras

`README.md` counts, by group of the manual, what is checked, what cannot be and what is to come; a
page for each group explains its rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from fiscalxml.rules.catalogue import FAMILIAS
from fiscalxml.rules.listing import Explicacao, Situacao, list_family

TARGET: Final = Path("docs/regras")
_FAMILIAS: Final = {
    "nfe": "NF-e e NFC-e", "cte": "CT-e", "mdfe": "MDF-e", "nfse": "NFS-e nacional",
}  # fmt: skip
_GRUPOS: Final = {
    "GAP": "Mensagem e lote", "GEN": "Forma, certificado e assinatura", "A": "Dados da nota",
    "B": "Identificação", "BA": "Documentos referenciados", "BB": "Compra governamental",
    "C": "Emitente", "D": "Fisco emitente (avulsa)", "E": "Destinatário",
    "F": "Local de retirada", "G": "Local de entrega", "GA": "Autorizados a obter o XML",
    "H": "Itens", "I": "Produtos e serviços", "J": "Veículos novos", "K": "Medicamentos",
    "L": "Armamentos", "LA": "Combustíveis", "LB": "Papel imune", "N": "ICMS",
    "NA": "ICMS para a UF de destino", "O": "IPI", "P": "Imposto de importação", "Q": "PIS",
    "R": "PIS-ST", "S": "COFINS", "T": "COFINS-ST", "U": "ISSQN", "UA": "Tributos devolvidos",
    "UB": "IBS, CBS e Imposto Seletivo", "VB": "Total do item", "VC": "DF-e referenciado no item",
    "W": "Totais", "X": "Transporte", "Y": "Cobrança", "YA": "Pagamento", "YB": "Intermediador",
    "Z": "Informações adicionais", "ZA": "Exportação", "ZB": "Compras", "ZC": "Cana",
    "ZD": "Responsável técnico", "ZE": "Fitossanitário", "ZF": "Agropecuário",
    "ZX": "Suplemento: QR Code e consulta",
}  # fmt: skip
_OUTROS: Final = "Eventos, inutilização e serviços"
_SITUACOES: Final[Mapping[Situacao, str]] = {
    "implementada": "conferidas", "desligada": "desligadas", "nao_avaliavel": "não avaliáveis",
    "pendente": "ainda não",
}  # fmt: skip
_GROUP: Final = re.compile(r"nfc?e:([A-Z]+)\d")


def main() -> None:
    """Write them; pages of groups that are no more go."""
    TARGET.mkdir(parents=True, exist_ok=True)
    pages = dict(build())
    for old in TARGET.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    print(f"{len(pages)} pages")


def build() -> Iterator[tuple[str, str]]:
    """Names of files and their texts."""
    by_family = {familia: list_family(familia) for familia in FAMILIAS}
    groups = _grouped(by_family["nfe"])
    yield "README.md", _overview(by_family, groups)
    for group, rules in groups.items():
        yield _file(group), _page(group, rules)


def _grouped(rules: Sequence[Explicacao]) -> dict[str, list[Explicacao]]:
    found: dict[str, list[Explicacao]] = {group: [] for group in (*_GRUPOS, "")}
    for rule in rules:
        match = _GROUP.match(rule.regra or "")
        group = match[1] if match and match[1] in _GRUPOS else ""
        found[group].append(rule)
    return {group: rules for group, rules in found.items() if rules}


def _name(group: str) -> str:
    return f"{group} · {_GRUPOS[group]}" if group else _OUTROS


def _file(group: str) -> str:
    return f"nfe-{group or 'outros'}.md"


def _overview(by_family: dict[str, list[Explicacao]], groups: dict[str, list[Explicacao]]) -> str:
    lines = [
        "# Regras de validação",
        "",
        "Página feita do código por `make regras`. *Conferidas*: têm uma função que as confere, "
        "com casos que passam e que falham. *Desligadas*: a fonte não basta; rodam só a pedido "
        "(`ligar`). *Não avaliáveis*: dependem do cadastro da SEFAZ. *Ainda não*: falta a regra, "
        "ou a tabela de que depende.",
        "",
        "## Famílias",
        "",
        *_table("família", [(nome, by_family[key]) for key, nome in _FAMILIAS.items()]),
        "",
        "## NF-e e NFC-e, por grupo do manual",
        "",
        *_table(
            "grupo",
            [(f"[{_name(group)}]({_file(group)})", rules) for group, rules in groups.items()],
        ),
        "",
    ]
    return "\n".join(lines)


def _table(first: str, rows: Sequence[tuple[str, Sequence[Explicacao]]]) -> Iterator[str]:
    yield f"| {first} | regras | {' | '.join(_SITUACOES.values())} |"
    yield f"|---|{'---|' * (1 + len(_SITUACOES))}"
    for name, rules in rows:
        counts = Counter(rule.situacao for rule in rules)
        cells = " | ".join(str(counts[key] or "") for key in _SITUACOES)
        yield f"| {name} | {len(rules)} | {cells} |"


def _page(group: str, rules: Sequence[Explicacao]) -> str:
    lines = [f"# {_name(group)}", "", "Página feita do código por `make regras`.", ""]
    for rule in rules:
        lines += _section(rule)
    return "\n".join(lines)


def _section(rule: Explicacao) -> Iterator[str]:
    yield f"## {rule.codigo} · {_text(rule.mensagem)}"
    yield ""
    period = " ".join(
        f"{word} {day}" for word, day in (("desde", rule.desde), ("até", rule.ate)) if day
    )
    known = (
        f"`{rule.regra}`" if rule.regra else "",
        f"modelos {rule.modelos}" if rule.modelos else "",
        rule.obrigatoriedade or "",
        period,
        rule.fonte or "",
    )
    yield f"**{_SITUACAO[rule.situacao]}** · {' · '.join(filter(None, known))}"
    yield ""
    for name, text in (
        ("Condição", rule.condicao),
        ("Causa comum", rule.causa),
        ("Correção", rule.correcao),
        ("Dúvida" if rule.situacao == "desligada" else "Falta", rule.duvida),
        ("Tabela", rule.tabela and f"{rule.tabela}.tsv do operador (docs/tabelas.md)"),
    ):
        if text:
            yield f"- *{name}*: {_text(text)}"
    yield ""
    for name, fragment in (("Errado", rule.errado), ("Certo", rule.certo)):
        if fragment:
            yield f"{name}:"
            yield ""
            yield f"```xml\n{fragment}\n```"
            yield ""


_SITUACAO: Final[Mapping[Situacao, str]] = {
    "implementada": "Conferida", "desligada": "Desligada",
    "nao_avaliavel": "Não avaliável offline", "pendente": "Ainda não conferida",
}  # fmt: skip


def _text(text: str) -> str:
    """As Markdown shows it letter by letter."""
    return re.sub(r"([*_<>|\[\]])", r"\\\1", text)


if __name__ == "__main__":
    main()
