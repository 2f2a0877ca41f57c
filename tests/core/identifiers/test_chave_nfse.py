"""The key of the national NFS-e and the Id of the DPS."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.chave_invalida import ChaveInvalida
from fiscalxml.identifiers.chave_nfse import (
    chave_nfse_check_digit,
    is_valid_chave_nfse,
    parse_chave_nfse,
    parse_id_dps,
)

# A published key of the national system's tests.
NFSE = "14001591201761135000132000000000000022097781063609"
DPS = "DPS140015920176113500013200001000000000000123"

BASES = st.from_regex(
    r"[0-9]{7}[12]{2}[0-9A-Z]{12}[0-9]{15}[0-9]{2}(0[1-9]|1[0-2])[0-9]{9}", fullmatch=True
).filter(str.isascii)


def test_the_parts_of_a_key() -> None:
    assert dataclasses.asdict(parse_chave_nfse(NFSE)) == {
        "text": NFSE,
        "municipio": "1400159",
        "ambiente_gerador": "1",
        "tipo_inscricao": "2",
        "inscricao": "01761135000132",
        "numero": "0000000000000",
        "ano_mes": "2209",
        "codigo": "778106360",
        "dv": "9",
    }


@given(BASES)
def test_a_key_with_its_dv_is_valid_and_with_no_other(base: str) -> None:
    right = [digit for digit in "0123456789" if is_valid_chave_nfse(base + digit)]
    assert right == [chave_nfse_check_digit(base)]


@pytest.mark.parametrize(
    ("text", "campo", "motivo"),
    [
        (NFSE[:-1], "tamanho", "NFS-e nacional tem 50 caracteres, mas este texto tem 49"),
        (f"NFS{NFSE}", "tamanho", "este texto tem 53"),
        ("A" + NFSE[1:], "caracteres", "A posição 1 tem o caractere 'A'"),
        (NFSE[:21] + "A" + NFSE[22:], "caracteres", "A posição 22"),
        (NFSE[:7] + "3" + NFSE[8:], "ambGer", "só existem 1 .prefeitura. e 2"),
        (NFSE[:38] + "13" + NFSE[40:], "AAMM", "o mês 13 não existe"),
        (NFSE[:-1] + "0", "cDV", "é 0, mas deveria ser 9"),
    ],
)
def test_the_reason_names_what_is_wrong(text: str, campo: str, motivo: str) -> None:
    with pytest.raises(ChaveInvalida, match=motivo) as caught:
        parse_chave_nfse(text)
    assert caught.value.campo == campo


def test_the_dv_of_another_shape_is_an_error() -> None:
    with pytest.raises(ValueError, match="49 caracteres"):
        chave_nfse_check_digit(NFSE)


def test_the_parts_of_a_dps_id() -> None:
    assert dataclasses.asdict(parse_id_dps(DPS)) == {
        "text": DPS,
        "municipio": "1400159",
        "tipo_inscricao": "2",
        "inscricao": "01761135000132",
        "serie": "00001",
        "numero": "000000000000123",
    }


@pytest.mark.parametrize(
    ("text", "campo", "motivo"),
    [
        (DPS[3:], "tamanho", "Id da DPS tem 45 caracteres, mas este texto tem 42"),
        (f"NFS{DPS[3:]}", "prefixo", "começa por 'DPS'"),
        (f"{DPS[:-1]}X", "caracteres", "'X'"),
        (f"{DPS[:11]}a{DPS[12:]}", "caracteres", "'a'"),
    ],
)
def test_the_reason_names_what_is_wrong_in_a_dps_id(text: str, campo: str, motivo: str) -> None:
    with pytest.raises(ChaveInvalida, match=motivo) as caught:
        parse_id_dps(text)
    assert caught.value.campo == campo


def test_the_cnpj_of_a_dps_id_may_have_letters() -> None:
    assert parse_id_dps(f"{DPS[:11]}A{DPS[12:]}").inscricao == "A1761135000132"
