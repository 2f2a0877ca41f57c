"""What the pages say: each kind, who accepted it, what does not fit its page."""

from __future__ import annotations

import pytest

from danfe.printed import Printer
from factory import build, chave_of, cnpj_with_dv, dist_dfe, envi_nfe, soap
from fiscalxml.danfe import Renderizador, pedido

PROTOCOLO = "135260000000001"
SEM_VALOR = "SEM VALOR FISCAL"


def grouped(chave: str) -> str:
    return " ".join(chave[start : start + 4] for start in range(0, len(chave), 4))


def test_a_danfe_has_the_chave_the_parties_the_protocol_the_items_and_the_totals(
    printer: Printer,
) -> None:
    nota = build("nfe", protocol=True)
    printed = printer(nota)
    for words in (
        grouped(chave_of(nota)),
        "EMPRESA FICTICIA LTDA",
        "12.345.678/0001-95",
        "COMPRADORA IMAGINARIA SA",
        f"{PROTOCOLO} - 10/11/2026 09:30:15",
        "NOTEBOOK FICTICIO",
        "VALOR TOTAL DA NOTA 1.000,00",
    ):
        assert words in printed.text
    assert printed.title == f"DANFE {chave_of(nota)}"
    assert SEM_VALOR not in printed.text
    assert printed.avisos == ()


def test_thirty_items_run_over_two_pages_that_both_have_the_chave(printer: Printer) -> None:
    nota = build("nfe", protocol=True, itens=30)
    printed = printer(nota)
    assert len(printed.pages) == 2
    assert printed.text.count("NOTEBOOK FICTICIO") == 30
    assert all(grouped(chave_of(nota)) in page for page in printed.pages)
    assert "FOLHA 2/2" in printed.pages[1]


@pytest.mark.parametrize("issued", ["2026-11-30T23:59:59-03:00", "2026-12-01T00:00:00-03:00"])
def test_items_are_neither_lost_nor_repeated_by_paging(printer: Printer, issued: str) -> None:
    codes = [f"P{number:03}X" for number in range(1, 81)]
    changes = {f"det[{number}]/prod/cProd": code for number, code in enumerate(codes, start=1)}
    nota = build("nfe", protocol=True, itens=80, changes=changes | {"ide/dhEmi": issued})
    text = printer(nota).text
    assert [text.count(code) for code in codes] == [1] * 80


def test_the_layout_of_december_2026_has_ibs_and_cbs(printer: Printer) -> None:
    changes = {"ide/dhEmi": "2026-12-02T10:00:00-03:00"}
    text = printer(build("nfe", protocol=True, changes=changes)).text
    assert "TOTAL DO IBS / CBS / IS" in text
    assert "VALOR DA CBS 6,70" in text


def test_a_dacte_has_the_chave_the_parties_the_values_and_the_observations(
    printer: Printer,
) -> None:
    after = {"ide": "<compl><xObs>ENTREGAR PELA MANHA</xObs></compl>"}
    cte = build("cte", protocol=True, after=after)
    text = printer(cte).text
    for words in (
        chave_of(cte),
        "TRANSPORTADORA FICTICIA LTDA",
        f"{PROTOCOLO} 11/11/2026 08:00:15",
        "R$ 1.000,00",
        "35261112345678000195550010000010011417293560",
        "ENTREGAR PELA MANHA",
        "CBS (%/R$)",
    ):
        assert words in text


def test_a_damdfe_has_the_chave_the_vehicle_the_driver_and_the_documents(printer: Printer) -> None:
    mdfe = build("mdfe", protocol=True)
    text = printer(mdfe).text
    for words in (
        chave_of(mdfe),
        f"{PROTOCOLO} 11/11/2026 10:00:15",
        "ABC1D23",
        "MOTORISTA FICTICIO",
        "35261112345678000195550010000010011417293560",
    ):
        assert words in text


def test_a_danfse_has_the_chave_the_parties_and_the_value(printer: Printer) -> None:
    nfse = build("nfse")
    printed = printer(nfse)
    for words in (
        chave_of(nfse),
        "EMPRESA FICTICIA LTDA",
        "Valor Líquido da NFS-e R$ 1.000,00",
        "Valor Total Apurado - CBS R$ 8,82",
    ):
        assert words in printed.text
    assert printed.avisos == ()


def test_an_nfce_has_a_receipt_of_its_own(printer: Printer) -> None:
    changes = {"det[1]/prod/vUnCom": "500.0012345600"}
    nota = build("nfce", protocol=True, changes=changes)
    text = printer(nota).text
    assert "DANFE NFC-e" in text
    assert grouped(chave_of(nota)) in text
    assert "500,00123456" in text
    assert "VALOR A PAGAR R$: 1.000,00" in text
    assert PROTOCOLO in text


def test_a_letter_of_correction_has_its_protocol_and_its_text(printer: Printer) -> None:
    text = printer(build("cce", protocol=True)).text
    assert "Protocolo: 135260000000002 - Registrado na SEFAZ em: 10/11/2026 11:00:15" in text
    assert "O volume correto da mercadoria e 2" in text
    assert "12.345.678/0001-95" in text
    assert "EMPRESA FICTICIA" not in text


def test_with_the_note_a_letter_of_correction_has_the_issuer_too(printer: Printer) -> None:
    text = printer(build("cce", protocol=True), nota=build("nfe", protocol=True)).text
    assert "EMPRESA FICTICIA LTDA" in text
    assert "PRACA FICTICIA, 100" in text
    assert "IE: 110042490114" in text


@pytest.mark.parametrize("kind", ["nfe", "cte", "mdfe"])
def test_homologacao_is_marked_on_every_page(printer: Printer, kind: str) -> None:
    options = {"itens": 30} if kind == "nfe" else {}
    printed = printer(build(kind, ambiente=2, protocol=True, **options))  # type: ignore[arg-type]
    assert all(SEM_VALOR in page for page in printed.pages)


def test_homologacao_is_told_on_an_nfce_and_on_an_nfse(printer: Printer) -> None:
    assert SEM_VALOR in printer(build("nfce", ambiente=2, protocol=True)).text
    assert "SEM VALIDADE JURÍDICA" in printer(build("nfse", ambiente=2)).text


@pytest.mark.parametrize("kind", ["nfe", "cte", "mdfe", "cce"])
def test_without_a_protocol_it_has_no_fiscal_value(printer: Printer, kind: str) -> None:
    printed = printer(build(kind))
    assert SEM_VALOR in printed.text
    assert printed.avisos == ("Documento sem protocolo de autorização: impresso como tal.",)


def test_an_nfce_without_a_protocol_is_pending(printer: Printer) -> None:
    text = printer(build("nfce_contingencia")).text
    assert "EMITIDA EM CONTINGÊNCIA" in text
    assert "Pendente de autorização" in text


@pytest.mark.parametrize(
    ("protocol", "why"),
    [
        ({"chNFe": "3" * 44}, "O protocolo não é deste documento"),
        ({"digVal": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "não é o que a SEFAZ autorizou"),
        ({"cStat": "539", "xMotivo": "Rejeicao"}, "O protocolo não autoriza o documento"),
        ({"tpAmb": "2"}, "O protocolo é de outro ambiente"),
    ],
)
def test_a_protocol_that_does_not_authorise_it_is_not_printed(
    printer: Printer, protocol: dict[str, str], why: str
) -> None:
    printed = printer(build("nfe", protocol=protocol))
    assert SEM_VALOR in printed.text
    assert PROTOCOLO not in printed.text
    assert why in printed.avisos[0]


def test_what_was_changed_after_it_was_signed_has_no_fiscal_value(printer: Printer) -> None:
    changed = build("nfse").replace(b"COMPRADORA IMAGINARIA", b"COMPRADORA IMAGINADA ")
    printed = printer(changed)
    assert SEM_VALOR in printed.text
    assert "A assinatura não confere" in printed.avisos[0]


@pytest.mark.parametrize(
    ("kind", "mark"), [("nfe", "CANCELADA"), ("cte", "CANCELADA"), ("mdfe", "CANCELADO")]
)
def test_what_was_cancelled_is_marked(printer: Printer, kind: str, mark: str) -> None:
    assert mark in printer(build(kind, protocol={"cStat": "101"})).text
    assert mark in printer(build(kind, protocol=True), cancelado=True).text
    assert mark not in printer(build(kind, protocol=True)).text


@pytest.mark.parametrize("kind", ["nfe", "cte", "mdfe"])
def test_what_was_cancelled_in_homologacao_has_both_marks(printer: Printer, kind: str) -> None:
    text = printer(build(kind, ambiente=2, protocol={"cStat": "101"})).text
    assert "CANCELAD" in text
    assert f"- {SEM_VALOR}" in text.replace(f"HOMOLOGACAO - {SEM_VALOR}", "")


def test_an_authorised_mdfe_of_contingencia_shows_its_protocol(printer: Printer) -> None:
    changes = {"ide/tpEmis": "2"}
    authorised = printer(build("mdfe", protocol=True, changes=changes)).text
    assert PROTOCOLO in authorised
    assert "168 horas" not in authorised
    assert "FORMA DE EMISSÃO" in authorised
    assert "CONTINGÊNCIA" in authorised
    assert "168 horas" in printer(build("mdfe", changes=changes)).text


def test_contingencia_on_paper_of_security_is_told_not_to_be_that_paper() -> None:
    wanted = pedido(build("nfe", changes={"ide/tpEmis": "5"}, after={"ide/verProc": CONTINGENCIA}))
    assert any("formulário de segurança" in aviso for aviso in wanted.avisos)


CONTINGENCIA = (
    "<dhCont>2026-11-10T09:00:00-03:00</dhCont><xJust>FALHA DE COMUNICACAO COM A SEFAZ</xJust>"
)


def test_an_alphanumeric_cnpj_keeps_its_letters(printer: Printer) -> None:
    cnpj = cnpj_with_dv("12ABC34501DE")
    nota = build("nfe", protocol=True, changes={"emit/CNPJ": cnpj})
    text = printer(nota).text
    assert "12.ABC.345/01DE-" in text
    assert grouped(chave_of(nota)) in text


def test_a_unit_price_is_not_rounded(printer: Printer) -> None:
    nota = build("nfe", protocol=True, changes={"det[1]/prod/vUnCom": "500.0000012300"})
    assert "500,00000123" in printer(nota).text.replace(" ", "")


def test_several_volumes_are_summed(printer: Printer) -> None:
    volumes = "".join(
        f"<vol><qVol>{amount}</qVol><esp>CAIXA</esp><pesoB>{amount}.250</pesoB></vol>"
        for amount in (1, 2)
    )
    text = printer(build("nfe", protocol=True, after={"transp/modFrete": volumes})).text
    assert "QUANTIDADE 3" in text
    assert "ESPÉCIE CAIXA" in text
    assert "PESO BRUTO 3,500" in text


def test_characters_that_the_font_lacks_are_replaced_and_told(printer: Printer) -> None:
    nota = build("nfe", protocol=True, changes={"emit/xNome": "AÇÚCAR – 5 µm ≥ H₂O"})
    printed = printer(nota)
    assert "AÇÚCAR – 5 µm ? H2O" in printed.text
    assert "trocados pelos mais próximos" in printed.avisos[0]


def test_every_document_of_a_long_cte_and_mdfe_is_on_a_page(printer: Printer) -> None:
    chaves = [f"35261112345678000195550010000010011417{number:06}" for number in range(150)]
    nfe = "".join(f"<infNFe><chave>{chave}</chave></infNFe>" for chave in chaves)
    cte = printer(build("cte", protocol=True, after={"infCTeNorm/infDoc/infNFe": nfe}))
    ch = "".join(f"<infNFe><chNFe>{chave}</chNFe></infNFe>" for chave in chaves)
    mdfe = printer(build("mdfe", protocol=True, after={"infDoc/infMunDescarga/infNFe": ch}))
    for printed in (cte, mdfe):
        assert "ANEXO DO DA" in printed.pages[1]
        assert [chave for chave in chaves if chave not in printed.text] == []


def test_documents_on_paper_and_of_other_kinds_are_in_the_annex(printer: Printer) -> None:
    paper = "<infOutros><tpDoc>99</tpDoc><descOutros>RECIBO</descOutros><nDoc>77</nDoc></infOutros>"
    cte = build(
        "cte",
        protocol=True,
        after={"infCTeNorm/infDoc/infNFe": paper},
        remove=["infCTeNorm/infDoc/infNFe"],
    )
    assert "RECIBO nº 77" in printer(cte).pages[1]
    carried = "35261112345678000195570010000010011417293560"
    other = f"<infCTe><chCTe>{carried}</chCTe></infCTe>"
    mdfe = build("mdfe", protocol=True, after={"infDoc/infMunDescarga/xMunDescarga": other})
    assert f"CT-e {carried} CAMPINAS" in printer(mdfe).pages[1]


def test_drivers_trailers_and_tolls_without_room_are_in_the_annex(printer: Printer) -> None:
    drivers = "".join(
        f"<condutor><xNome>MOTORISTA {number}</xNome><CPF>12345678909</CPF></condutor>"
        for number in range(8)
    )
    trailer = "<veicReboque><placa>REB1A23</placa><tara>900</tara><capKG>5000</capKG></veicReboque>"
    after = {
        "infModal/rodo/veicTracao/condutor": drivers,
        "infModal/rodo/veicTracao": trailer,
    }
    annex = printer(build("mdfe", protocol=True, after=after)).pages[1]
    assert "Placa REB1A23" in annex
    assert "MOTORISTA 7 CPF 12345678909" in annex


def test_a_manifesto_names_its_own_modal(printer: Printer) -> None:
    wagon = (
        "<vag><pesoBC>1.000</pesoBC><pesoR>1.000</pesoR><serie>ABC</serie><nVag>{}</nVag>"
        "<TU>1.000</TU></vag>"
    )
    train = "<trem><xPref>T1</xPref><xOri>ABC</xOri><xDest>DEF</xDest><qVag>9</qVag></trem>"
    ferrov = (
        f"<ferrov>{train}{''.join(wagon.format(number) for number in range(101, 110))}</ferrov>"
    )
    mdfe = build(
        "mdfe",
        protocol=True,
        changes={"ide/modal": "4"},
        after={"infModal/rodo": ferrov},
        remove=["infModal/rodo"],
    )
    printed = printer(mdfe)
    assert "MODAL FERROVIÁRIO DE CARGA" in printed.text
    assert "RODOVIÁRIO" not in printed.text
    assert [str(number) for number in range(101, 110) if str(number) not in printed.text] == []


def test_a_manifesto_of_the_regime_especial_nff_says_so(printer: Printer) -> None:
    text = printer(build("mdfe", protocol=True, changes={"ide/tpEmis": "3"})).text
    assert "REGIME ESPECIAL NFF" in text


def test_long_texts_are_whole(printer: Printer) -> None:
    long = "Texto longo " * 150 + "FIM DO TEXTO"
    docs = (
        build("nfe", protocol=True, after={"pag": f"<infAdic><infCpl>{long}</infCpl></infAdic>"}),
        build("cte", protocol=True, after={"ide": f"<compl><xObs>{long}</xObs></compl>"}),
        build("mdfe", protocol=True, after={"tot": f"<infAdic><infCpl>{long}</infCpl></infAdic>"}),
    )
    for document in docs:
        assert "FIM DO TEXTO" in printer(document).text


def test_the_document_is_taken_out_of_its_envelopes(printer: Printer) -> None:
    nota = build("nfe", protocol=True)
    plain = printer(nota)
    assert printer(soap(nota)).text == plain.text
    assert printer(dist_dfe([nota])).text == plain.text
    assert printer(envi_nfe([build("nfe")])).text == printer(build("nfe")).text


def test_a_document_always_gives_the_same_pdf() -> None:
    wanted = pedido(build("nfe", protocol=True))
    with Renderizador() as one, Renderizador() as other:
        assert one.draw(wanted) == other.draw(wanted)
