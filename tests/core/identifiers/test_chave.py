"""The 44-character access key."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fiscalxml.identifiers.chave import (
    MODELOS,
    build_chave,
    chave_check_digit,
    clean_chave,
    is_valid_chave,
    parse_chave,
)
from fiscalxml.identifiers.chave_invalida import ChaveInvalida
from fiscalxml.identifiers.uf import UF_POR_CODIGO

NFE = "43171207364617000135550000000120141000120146"
NF3E = "41241106117473000150661230000000011014896575"

DIGITS = "0123456789"
ALNUM = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

BASES = st.builds(
    lambda uf, year, month, cnpj, dv, modelo, rest: (
        f"{uf}{year:02d}{month:02d}{cnpj}{dv}{modelo}{rest}"
    ),
    st.sampled_from(sorted(UF_POR_CODIGO)),
    st.integers(0, 99),
    st.integers(1, 12),
    st.text(ALNUM, min_size=12, max_size=12),
    st.text(DIGITS, min_size=2, max_size=2),
    st.sampled_from(sorted(MODELOS)),
    st.text(DIGITS, min_size=21, max_size=21),
)


def with_dv(base: str) -> str:
    return base + chave_check_digit(base)


def test_the_parts_of_an_nfe_key() -> None:
    chave = parse_chave(NFE)
    assert dataclasses.asdict(chave) == {
        "text": NFE,
        "uf": "43",
        "ano_mes": "1712",
        "emitente": "07364617000135",
        "modelo": "55",
        "serie": "000",
        "numero": "000012014",
        "tipo_emissao": "1",
        "nsite_autoriz": "",
        "codigo": "00012014",
        "dv": "6",
    }
    assert chave.sigla_uf == "RS"


def test_nf3e_and_nfcom_name_the_site_and_have_a_shorter_codigo() -> None:
    chave = parse_chave(NF3E)
    assert (chave.tipo_emissao, chave.nsite_autoriz, chave.codigo) == ("1", "0", "1489657")


def test_a_cfe_has_the_serial_number_of_the_equipment_and_no_tipo_de_emissao() -> None:
    base = "35150808723218000186599000040190001234567890"[:43]
    chave = parse_chave(with_dv(base))
    assert (chave.serie, chave.numero, chave.tipo_emissao, chave.codigo) == (
        "900004019",
        "000123",
        "",
        "456789",
    )


def test_the_dv_of_the_manuals_example() -> None:
    # MOC, "Cálculo do dígito verificador da chave de acesso": sum 644, remainder 6, DV 5.
    assert chave_check_digit("5206043300991100250655012000000780026730161") == "5"


def test_letters_of_the_cnpj_count_as_ascii_minus_48() -> None:
    base = "352607" + "12ABC34501DE35" + "55" + "001" + "000000001" + "1" + "00000001"
    # Weighted sum 689, remainder 7.
    assert chave_check_digit(base) == "4"


@given(BASES)
def test_a_key_with_its_dv_is_valid_and_with_no_other(base: str) -> None:
    right = [digit for digit in DIGITS if is_valid_chave(base + digit)]
    assert right == [chave_check_digit(base)]


@given(BASES, st.integers(0, 42), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(base: str, index: int, added: int) -> None:
    # Remainders 0 and 1 share the digit 0: only that pair of sums cannot be told apart.
    assume(base[index].isdigit() and chave_check_digit(base) != "0")
    changed = str((int(base[index]) + added) % 10)
    other = f"{base[:index]}{changed}{base[index + 1 :]}"
    assert not is_valid_chave(other + chave_check_digit(base))


@given(BASES)
def test_building_a_key_from_its_parts_gives_it_back(base: str) -> None:
    chave = parse_chave(with_dv(base))
    rebuilt = build_chave(
        uf=chave.uf,
        ano_mes=chave.ano_mes,
        emitente=chave.emitente,
        modelo=chave.modelo,
        serie=int(chave.serie),
        numero=int(chave.numero),
        tipo_emissao=chave.tipo_emissao,
        nsite_autoriz=chave.nsite_autoriz,
        codigo=chave.codigo,
    )
    assert rebuilt == chave


@pytest.mark.parametrize(
    ("text", "campo", "motivo", "encontrado", "esperado"),
    [
        ("", "tamanho", "tem 44 caracteres, mas este texto tem 0", "0 caracteres", "44 caracteres"),
        (NFE[:-1], "tamanho", "este texto tem 43", "43 caracteres", "44 caracteres"),
        (NFE + "\n", "tamanho", "este texto tem 45", "45 caracteres", "44 caracteres"),
        ("NFe" + NFE, "tamanho", "este texto tem 47", "47 caracteres", "44 caracteres"),
        ("4A" + NFE[2:], "caracteres", "A posição 2 tem o caractere 'A'", "A", "dígito"),
        (NFE[:6] + "a" + NFE[7:], "caracteres", "A posição 7", "a", "dígito ou letra maiúscula"),
        (NFE[:18] + "A" + NFE[19:], "caracteres", "A posição 19", "A", "dígito"),
        (NFE[:-1] + "６", "caracteres", "A posição 44", "６", "dígito"),
        ("44" + NFE[2:], "cUF", "começa por 44", "44", "código IBGE de uma das 27 UFs"),
        (NFE[:4] + "13" + NFE[6:], "AAMM", "o mês 13 não existe", "1713", "mês de 01 a 12"),
        (NFE[:4] + "00" + NFE[6:], "AAMM", "o mês 00 não existe", "1700", "mês de 01 a 12"),
        (NFE[:20] + "01" + NFE[22:], "mod", "O modelo 01 não é", "01", ", ".join(MODELOS)),
        (NFE[:-1] + "7", "cDV", "é 7, mas deveria ser 6", "7", "6"),
    ],
)
def test_the_reason_names_what_is_wrong(
    text: str, campo: str, motivo: str, encontrado: str, esperado: str
) -> None:
    with pytest.raises(ChaveInvalida, match=motivo) as caught:
        parse_chave(text)
    error = caught.value
    assert (error.campo, error.encontrado, error.esperado) == (campo, encontrado, esperado)
    assert not is_valid_chave(text)


@pytest.mark.parametrize(
    ("modelo", "serie", "cpf"),
    [
        ("55", 0, None),
        ("55", 909, None),
        ("55", 910, "12345678909"),
        ("55", 920, "12345678909"),
        ("55", 969, "12345678909"),
        ("55", 970, None),
        ("58", 919, None),
        ("58", 920, "12345678909"),
        ("65", 920, None),
    ],
)
def test_the_series_tells_that_the_emitente_is_a_person(
    modelo: str, serie: int, cpf: str | None
) -> None:
    chave = build_chave(
        uf="35",
        ano_mes="2601",
        emitente="12345678909",
        modelo=modelo,
        serie=serie,
        numero=1,
        tipo_emissao="1",
        codigo="12345678",
    )
    assert chave.emitente == "00012345678909"
    assert chave.cpf == cpf


@pytest.mark.parametrize(
    ("modelo", "serie", "avulsa"),
    [
        ("55", 889, False),
        ("55", 890, True),
        ("55", 899, True),
        ("55", 900, False),
        ("65", 890, False),
    ],
)
def test_series_890_to_899_of_nfe_are_avulsas(modelo: str, serie: int, avulsa: bool) -> None:
    chave = build_chave(
        uf="35",
        ano_mes="2601",
        emitente="11222333000181",
        modelo=modelo,
        serie=serie,
        numero=1,
        tipo_emissao="1",
        codigo="12345678",
    )
    assert chave.avulsa is avulsa


@pytest.mark.parametrize(
    ("campo", "part"),
    [("codigo", "1234567"), ("tipo_emissao", ""), ("nsite_autoriz", "0"), ("serie", 1000)],
)
def test_a_part_that_does_not_fit_the_model_is_not_built(campo: str, part: str | int) -> None:
    parts: dict[str, object] = {
        "uf": "35",
        "ano_mes": "2601",
        "emitente": "11222333000181",
        "modelo": "55",
        "serie": 1,
        "numero": 1,
        "tipo_emissao": "1",
        "codigo": "12345678",
    }
    with pytest.raises(ChaveInvalida, match=campo) as caught:
        build_chave(**(parts | {campo: part}))  # type: ignore[arg-type]
    assert caught.value.campo == campo


def test_the_dv_of_another_shape_is_an_error() -> None:
    with pytest.raises(ValueError, match="43 caracteres"):
        chave_check_digit(NFE)


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        (f"NFe{NFE}", NFE),
        (f"  CTe{NFE}\n", NFE),
        (f"MDFe{NFE}", NFE),
        (f"NFCom{NFE}", NFE),
        (f"NF3e{NF3E}", NF3E),
        (f"BPe{NFE}", NFE),
        (f"CFe{NFE}", NFE),
        (f"nfe{NFE}", NFE),
        (" ".join(NFE[start : start + 4] for start in range(0, 44, 4)), NFE),
        ("35-2607-12.abc.345/01de-35", "35260712ABC34501DE35"),
        ("", ""),
    ],
)
def test_pasted_keys_are_cleaned(pasted: str, key: str) -> None:
    assert clean_chave(pasted) == key
