"""What texts of one pattern have in common."""

from __future__ import annotations

import pytest

from fiscalxml.causes.texts import Comum


@pytest.mark.parametrize(
    ("texts", "common"),
    [
        (["Corrija o CNPJ."] * 2, "Corrija o CNPJ."),
        ([None, None], None),
        (
            [
                "Ajuste x para 20 caracteres; hoje tem 21.",
                "Ajuste x para 20 caracteres; hoje tem 9.",
            ],
            "Ajuste x para 20 caracteres.",
        ),
        (
            ["O leiaute pede 26 dígitos; o valor tem 7.", "O leiaute pede 26 dígitos."],
            "O leiaute pede 26 dígitos.",
        ),
        (
            [
                "Renumere det: o valor 1 aparece duas vezes.",
                "Renumere det: o valor 5 aparece duas vezes.",
            ],
            "Renumere det: o valor … aparece duas vezes.",
        ),
        (["Retire os espaços do início.", "Troque as quebras de linha."], None),
        (
            [
                "Informe a antes de b; se b não cabe, remova.",
                "Informe a antes de c; se c não cabe, remova.",
            ],
            None,
        ),
        (["Uma coisa qualquer.", None], None),
    ],
)
def test_as_much_as_all_share(texts: list[str | None], common: str | None) -> None:
    comum = Comum(texts[0])
    for text in texts:
        comum.add(text)
    assert comum.text() == common
    assert comum.equal is (len(set(texts)) == 1)


def test_a_third_text_narrows_it_further() -> None:
    comum = Comum("Informe x como A: sem espaços no início.")
    comum.add("Informe x como B: sem espaços no início.")
    assert comum.text() == "Informe x como …: sem espaços no início."
    comum.add("Informe x como C: sem espaços no fim.")
    assert comum.text() is None
