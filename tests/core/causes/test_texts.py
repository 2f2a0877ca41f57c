"""What texts of one pattern have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    comum = Comum.of(texts[0])
    for text in texts:
        comum.add(text)
    assert comum.text() == common
    assert comum.equal is (len(set(texts)) == 1)


def test_a_third_text_narrows_it_further() -> None:
    comum = Comum.of("Informe x como A: sem espaços no início.")
    comum.add("Informe x como B: sem espaços no início.")
    assert comum.text() == "Informe x como …: sem espaços no início."
    comum.add("Informe x como C: sem espaços no fim.")
    assert comum.text() is None


_TEXTS = st.lists(
    st.one_of(
        st.none(),
        st.builds("Ajuste {} para {} caracteres; hoje tem {}.".format, *[st.integers(1, 30)] * 3),
        st.builds("Corrija o CNPJ {} do emitente.".format, st.integers(1, 30)),
        st.text("ab ;:.", max_size=12),
    ),
    min_size=2,
    max_size=8,
)


@given(texts=_TEXTS, data=st.data())
def test_texts_merged_in_parts_share_no_more_than_each_of_them_says(
    texts: list[str | None], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(texts) - 1))
    one, other, together = (Comum.of(part[0]) for part in (texts, texts[cut:], texts))
    for comum, part in ((one, texts[:cut]), (other, texts[cut:]), (together, texts)):
        for text in part[1:]:
            comum.add(text)
    one.merge(other)
    assert one.equal == together.equal
    shared = one.text()
    if shared is not None:
        before, _, behind = shared.partition("…")
        for text in texts:
            assert (text or "").startswith(before.rstrip("."))
            assert (text or "").endswith(behind)
