"""Make the rule catalogue of the package from `../shared/rules/rules.tsv`.

    python -m scripts.build_catalogue ../shared/rules/rules.tsv

Only what was published is kept: sources that are official, conditions without the remarks of who
extracted them. What that table has wrong is in `catalogue_corrections.toml`. Run it again when the
table grows, and read the difference.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

TARGET = Path("src/fiscalxml/rules/catalogue")
CORRECTIONS = Path(__file__).with_name("catalogue_corrections.toml")
FAMILIES = {"NFe": "nfe", "NFCe": "nfe", "CTe": "cte", "MDFe": "mdfe", "NFSe": "nfse"}
COLUMNS = (
    "regra",
    "codigo",
    "mensagem",
    "condicao",
    "avaliacao",
    "obrigatoriedade",
    "observacao",
    "modelos",
    "fonte",
)
_OFFICIAL = re.compile(r"^(?:MOC|NT|Anexos) ")
_PLACEHOLDER = re.compile(r"\s*(?:\[[A-Za-z]+\s*:[^\]]*\]|\(<nome do campo>\))")
"""what SEFAZ fills in: [nItem: 999], [dhAut: AAAA-MM-DDTHH:MM:SS TZD]"""
_BRACKET = re.compile(r"^\[([^\]]*)\]\s*")
_NOTE = re.compile(r"\s*(?:\[NT [0-9.]+\]|\((?:redação dada pela )?NT [^)]*\))\s*$")
"""which nota técnica brought a message"""
_HEADING = re.compile(
    r"(?<=[.)”\"0-9])\s+(?:e Denegação|Tributo: ICMS|ISSQN|sobre Combustíveis|Produtos e Serviços"
    r"|do Transporte da NF-e|Dados: [\w-]+)$"
    r"|\s*\.? de Dados: .*$| de Pagamento$|(?: do Emitente)? e Serviços$"
)
"""the title of the chapter that follows, which the page break drew into a condition"""
_REMARK = re.compile(r"\s*\|\|.*$")
_SECOND_HAND = re.compile(r"\s*\((?:lista de códigos|segunda mão)[^)]*\)?")
_PROJECT = re.compile(r"\s*\((?:sped-nfe|ACBr|sinete)\)")
_NOISE = re.compile(r"\s+\)\s*$")
_EVALUATION = {"yes": "xml", "table": "tabela", "certificate": "certificado", "state": "estado"}


def main() -> None:
    """Write one table for each family of documents."""
    source = Path(sys.argv[1])
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for family in sorted(set(FAMILIES.values())):
        entries = _unique([_entry(row) for row in rows if FAMILIES[row["doc"]] == family])
        if family == "nfe":
            entries = _corrected(entries)
        lines = ["\t".join(COLUMNS), *("\t".join(entry) for entry in entries)]
        (TARGET / f"{family}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _entry(row: dict[str, str]) -> tuple[str, ...]:
    bracket = _BRACKET.match(row["condition"])
    mark, _, note = (bracket[1] if bracket else "").partition(";")
    duty = "obrigatoria" if mark.startswith("Obrig") else ""
    duty = "facultativa" if mark.startswith("Facul") else duty
    evaluation, _, what = row["checkable_offline"].partition(":")
    rule = row["rule_id"].strip()
    prefix = row["doc"].lower()
    return tuple(
        " ".join(text.split())
        for text in (
            f"{prefix}:{rule}" if rule and not rule.startswith("Obrig") else "",
            row["cStat"],
            _message(row["official_message"]),
            _condition(row["condition"]),
            f"{_EVALUATION[evaluation]}:{what.strip()}" if what else _EVALUATION[evaluation],
            duty,
            _PROJECT.sub("", note or ("" if duty else mark)),
            row["models"],
            "; ".join(_official(row["sources"])),
        )
    )


def _message(text: str) -> str:
    """Some messages come from a list of codes, as a dict in Python's notation."""
    text = str(ast.literal_eval(text)["msg"]) if text.startswith("{") else text
    return _NOTE.sub("", _PLACEHOLDER.sub("", text))


def _condition(text: str) -> str:
    if text.startswith("Código só "):
        return ""
    text = _NOISE.sub("", _REMARK.sub("", _BRACKET.sub("", text)))
    return _HEADING.sub("", text.strip())


def _official(sources: str) -> Iterator[str]:
    for source in sources.split(";"):
        if _OFFICIAL.match(source.strip()):
            yield _SECOND_HAND.sub("", source.strip())


def _unique(entries: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """One entry for each rule and code, the first; in the order of the manuals."""
    return list({entry[:2] if entry[0] else entry: entry for entry in reversed(entries)}.values())[
        ::-1
    ]


def _corrected(entries: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The entries with the corrections; one that changes nothing is stale, and an error."""
    given = tomllib.loads(CORRECTIONS.read_text(encoding="utf-8"))
    for line in given["linha"]:
        names = [" ".join(entry[:2]) for entry in entries]
        if f"{line['regra']} {line['codigo']}" in names:
            raise ValueError(f"{line['regra']} is there already")
        new = tuple(line.get(name, "") for name in COLUMNS)
        entries.insert(names.index(line["depois_de"]) + 1, new)
    by_rule = {entry[:2]: entry for entry in entries}
    for correction in given["correcao"]:
        columns = {COLUMNS.index(name): correction[name] for name in correction.keys() & COLUMNS}
        for name in correction["regras"]:
            regra, _, codigo = name.rpartition(" ")
            old = by_rule[regra, codigo]
            new = tuple(columns.get(n, text) for n, text in enumerate(old))
            if new == old:
                raise ValueError(f"{name} needs no correction")
            by_rule[regra, codigo] = new
    return [by_rule[entry[:2]] if entry[0] else entry for entry in entries]


if __name__ == "__main__":
    main()
