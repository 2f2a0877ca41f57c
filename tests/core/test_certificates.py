"""The signer's certificate: whom it names, when it was valid, and who issued it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factory import (
    Credential,
    build,
    chave_of,
    cnpj_with_dv,
    e_cnpj,
    e_cpf,
    expired_e_cnpj,
    unknown_e_cnpj,
    write_authorities,
)
from factory.authority import SanEncoding
from factory.odd_certificates import Emissor, issue, self_issued, write_certificates
from fiscalxml import Report, validate

EMITENTE = "12345678000195"
FILIAL = cnpj_with_dv("123456780002")
OUTRA_EMPRESA = "11222333000181"
ALHEIA_AOS_DOIS = cnpj_with_dv("998877660001")
CPF = "12345678909"
OUTRO_CPF = "98765432100"
NADA: Mapping[str, str] = {}

GENUINA = Emissor("AC Ficticia de Teste")
RIVAL = Emissor("AC Ficticia de Teste", chave="outra")
ALHEIA = Emissor("AC Estrangeira de Teste", organizacao="Outra Organizacao")
VENCIDA = Emissor("AC Vencida de Teste", fim=datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def ac_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test authority and the genuine issuers; never the rival."""
    folder = tmp_path_factory.mktemp("ac")
    write_authorities(folder)
    return write_certificates(folder, [GENUINA.certificate, VENCIDA.certificate])


def _report(data: bytes, ac_dir: Path | None) -> Report:
    return validate(data, ac=(str(ac_dir),) if ac_dir else ())


def _codes(report: Report) -> list[str]:
    return sorted(
        f"{achado.codigo}:{achado.severidade}"
        for achado in report.achados
        if achado.camada == "assinatura"
    )


def _signed_by(leaf: Credential, ac_dir: Path, kind: str = "nfe") -> list[str]:
    return _codes(_report(build(kind, leaf=leaf), ac_dir))


def _produtor_rural(leaf: Credential, changes: Mapping[str, str] = NADA) -> bytes:
    """A note of a person: emit/CPF in the place of emit/CNPJ, series of 920 to 969."""
    return build(
        "nfe",
        changes={"ide/serie": "920", **changes},
        after={"emit/CNPJ": f"<CPF>{CPF}</CPF>"},
        remove=["emit/CNPJ"],
        leaf=leaf,
    )


def _evento_de_pessoa(leaf: Credential) -> bytes:
    return build(
        "manifestacao",
        after={"CNPJ": f"<CPF>{CPF}</CPF>"},
        remove=["CNPJ"],
        leaf=leaf,
    )


def test_the_report_names_the_holder(ac_dir: Path) -> None:
    certificado = _report(build("nfe"), ac_dir).certificado
    assert certificado is not None
    assert certificado.titular == "EMPRESA FICTICIA LTDA"
    assert certificado.cnpj == EMITENTE
    assert certificado.emissor == "AC Teste v1"
    assert certificado.inicio == "2026-01-01T00:00:00+00:00"
    assert certificado.fim == "2027-01-01T00:00:00+00:00"
    assert certificado.cadeia == "ok"


@pytest.mark.parametrize("encoding", ["printable", "octet"])
@pytest.mark.parametrize("cnpj", [EMITENTE, cnpj_with_dv("12ABC3450001")])
def test_the_cnpj_is_read_in_both_encodings_in_use(
    cnpj: str, encoding: SanEncoding, ac_dir: Path
) -> None:
    leaf = e_cnpj(cnpj, encoding=encoding)
    report = _report(build("nfe", changes={"emit/CNPJ": cnpj}, leaf=leaf), ac_dir)
    assert report.certificado is not None
    assert report.certificado.cnpj == cnpj
    assert _codes(report) == []


@pytest.mark.parametrize("encoding", ["printable", "octet"])
def test_the_cpf_is_read_in_both_encodings_in_use(encoding: SanEncoding, ac_dir: Path) -> None:
    report = _report(_produtor_rural(e_cpf(CPF, encoding=encoding)), ac_dir)
    assert report.certificado is not None
    assert (report.certificado.cpf, report.certificado.cnpj) == (CPF, None)
    assert _codes(report) == []


def test_a_branch_may_sign_with_the_certificate_of_its_company(ac_dir: Path) -> None:
    assert _signed_by(e_cnpj(FILIAL), ac_dir) == []


@pytest.mark.parametrize("kind", ["nfe", "cancelamento", "inutilizacao", "cte", "mdfe"])
def test_another_company_is_213(kind: str, ac_dir: Path) -> None:
    assert _signed_by(e_cnpj(OUTRA_EMPRESA), ac_dir, kind) == ["213:erro"]


def test_the_finding_names_both_companies(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=e_cnpj(OUTRA_EMPRESA)), ac_dir)
    (achado,) = report.achados
    assert (achado.encontrado, achado.esperado) == (OUTRA_EMPRESA, EMITENTE)


def test_an_alphanumeric_root_that_differs_in_a_letter_is_213(ac_dir: Path) -> None:
    emitente = cnpj_with_dv("12ABC3450001")
    leaf = e_cnpj(cnpj_with_dv("12ABD3450001"))
    report = _report(build("nfe", changes={"emit/CNPJ": emitente}, leaf=leaf), ac_dir)
    assert _codes(report) == ["213:erro"]


@pytest.mark.parametrize("build_with", [_produtor_rural, _evento_de_pessoa])
def test_a_person_signs_what_is_of_that_person(
    build_with: Callable[[Credential], bytes], ac_dir: Path
) -> None:
    assert _codes(_report(build_with(e_cpf(CPF)), ac_dir)) == []
    assert _codes(_report(build_with(e_cpf(OUTRO_CPF)), ac_dir)) == ["227:erro"]


def test_a_person_may_not_sign_for_a_company(ac_dir: Path) -> None:
    assert _signed_by(e_cpf(CPF), ac_dir) == ["227:erro"]


def test_an_mdfe_has_a_code_of_its_own_for_it(ac_dir: Path) -> None:
    assert _signed_by(e_cpf(CPF), ac_dir, "mdfe") == ["202:erro"]


def test_a_company_may_not_sign_for_a_person(ac_dir: Path) -> None:
    assert _codes(_report(_produtor_rural(e_cnpj(OUTRA_EMPRESA)), ac_dir)) == ["213:erro"]


def _avulsa(leaf: Credential) -> bytes:
    """Series 890: the CNPJ in the chave is the tax authority's, here OUTRA_EMPRESA."""
    serie = {"ide/serie": "890"}
    chave = chave_of(build("nfe", changes={**serie, "emit/CNPJ": OUTRA_EMPRESA}))
    changes = {**serie, "@Id": f"NFe{chave}", "ide/cDV": chave[-1]}
    return build("nfe", changes=changes, keep_id=True, leaf=leaf)


def test_the_tax_authority_signs_a_nota_avulsa(ac_dir: Path) -> None:
    assert _codes(_report(_avulsa(e_cnpj(OUTRA_EMPRESA)), ac_dir)) == []


def test_who_else_signs_a_nota_avulsa_is_in_doubt(ac_dir: Path) -> None:
    data = build("nfe", changes={"ide/procEmi": "1"}, leaf=e_cnpj(OUTRA_EMPRESA))
    assert _codes(_report(data, ac_dir)) == ["SIG-011:aviso"]


def test_a_person_may_sign_the_nota_avulsa_of_its_own(ac_dir: Path) -> None:
    changes = {"ide/procEmi": "2", "ide/serie": "910"}
    assert _codes(_report(_produtor_rural(e_cpf(CPF), changes), ac_dir)) == []
    assert _codes(_report(_produtor_rural(e_cpf(OUTRO_CPF), changes), ac_dir)) == ["SIG-011:aviso"]


@pytest.mark.parametrize("kind", ["nfe", "nfce", "cte", "mdfe"])
def test_svrs_signs_a_nota_fiscal_facil(kind: str, ac_dir: Path) -> None:
    nff = build(kind, changes={"ide/tpEmis": "3"}, leaf=e_cnpj(OUTRA_EMPRESA))
    assert _codes(_report(nff, ac_dir)) == ["SIG-011:aviso"]
    assert _codes(_report(build(kind, changes={"ide/tpEmis": "3"}), ac_dir)) == []


@pytest.mark.parametrize(
    ("kind", "code"), [("cancelamento", "SIG-011:aviso"), ("manifestacao", "213:erro")]
)
def test_svrs_signs_the_events_of_the_emitente_of_a_nota_fiscal_facil(
    kind: str, code: str, ac_dir: Path
) -> None:
    chave = chave_of(build("nfe", changes={"ide/tpEmis": "3"}))
    data = build(kind, changes={"chNFe": chave}, leaf=e_cnpj(ALHEIA_AOS_DOIS))
    assert _codes(_report(data, ac_dir)) == [code]


def test_a_provider_of_signatures_signs_what_names_it(ac_dir: Path) -> None:
    paa = (
        f"<infPAA><CNPJPAA>{OUTRA_EMPRESA}</CNPJPAA><PAASignature>"
        "<SignatureValue>AAAA</SignatureValue><RSAKeyValue><Modulus>AAAA</Modulus>"
        "<Exponent>AQAB</Exponent></RSAKeyValue></PAASignature></infPAA>"
    )

    def note(leaf: Credential) -> bytes:
        return build("nfe", changes={"ide/procEmi": "4"}, after={"pag": paa}, leaf=leaf)

    assert _codes(_report(note(e_cnpj(OUTRA_EMPRESA)), ac_dir)) == []
    assert _codes(_report(note(e_cnpj(ALHEIA_AOS_DOIS)), ac_dir)) == ["SIG-011:aviso"]


@pytest.mark.parametrize("kind", ["nfce", "cte", "nfcom"])
def test_only_an_nfe_may_be_avulsa(kind: str, ac_dir: Path) -> None:
    data = build(kind, changes={"ide/serie": "890"}, leaf=e_cnpj(OUTRA_EMPRESA))
    assert _report(data, ac_dir).veredito == "invalido"


def test_an_expired_certificate_is_291(ac_dir: Path) -> None:
    assert _signed_by(expired_e_cnpj(), ac_dir) == ["291:erro"]


def test_a_certificate_not_valid_yet_is_291(ac_dir: Path) -> None:
    late = e_cnpj(inicio=datetime(2026, 12, 1, tzinfo=UTC))
    assert _signed_by(late, ac_dir) == ["291:erro"]


def test_validity_is_judged_at_the_reference_date(ac_dir: Path) -> None:
    leaf = expired_e_cnpj()
    em = datetime(2024, 6, 1, tzinfo=UTC)
    assert _codes(validate(build("nfe", leaf=leaf), ac=(str(ac_dir),), em=em)) == []


def test_the_last_second_of_validity_is_valid(ac_dir: Path) -> None:
    fim = datetime.fromisoformat("2026-11-10T09:30:00-03:00").astimezone(UTC)
    assert _signed_by(e_cnpj(fim=fim), ac_dir) == []


def test_key_usage_without_signature_and_non_repudiation_is_290(ac_dir: Path) -> None:
    assert _signed_by(issue(GENUINA, nao_repudio=False), ac_dir) == ["290:erro"]


def test_the_certificate_of_an_authority_is_290(ac_dir: Path) -> None:
    authority = Credential(GENUINA.certificate, GENUINA.key)
    assert "290:erro" in _signed_by(authority, ac_dir)


def test_a_certificate_without_cnpj_or_cpf_is_292(ac_dir: Path) -> None:
    assert _signed_by(issue(GENUINA, cnpj=None), ac_dir) == ["292:erro"]


def _cadeia(report: Report) -> str | None:
    return report.certificado.cadeia if report.certificado else None


def test_an_unknown_authority_is_a_warning() -> None:
    report = _report(build("nfe"), None)
    assert _codes(report) == ["SIG-010:aviso"]
    assert _cadeia(report) == "indeterminada"
    assert report.veredito == "valido"


def test_an_authority_given_by_folder_is_known(ac_dir: Path) -> None:
    for leaf in (e_cnpj(), issue(GENUINA)):
        report = _report(build("nfe", leaf=leaf), ac_dir)
        assert _codes(report) == []
        assert _cadeia(report) == "ok"


def test_a_folder_with_other_authorities_does_not_help(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=unknown_e_cnpj()), ac_dir)
    assert _codes(report) == ["SIG-010:aviso"]


def test_a_chain_that_comes_with_the_signature_is_not_trusted_by_itself() -> None:
    report = _report(build("nfe", include_chain=True), None)
    assert _codes(report) == ["SIG-010:aviso"]
    assert _cadeia(report) == "indeterminada"


def test_a_chain_that_comes_with_the_signature_may_lead_to_a_known_root(tmp_path: Path) -> None:
    write_authorities(tmp_path)
    (tmp_path / "ac.pem").unlink()
    report = _report(build("nfe", include_chain=True), tmp_path)
    assert _codes(report) == []
    assert _cadeia(report) == "ok"


def test_a_forged_issuer_with_the_name_and_key_id_of_a_known_one_is_293(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=issue(RIVAL, key_id_of=GENUINA)), ac_dir)
    assert _codes(report) == ["293:erro"]
    assert _cadeia(report) == "falha"


def test_an_authority_that_may_have_a_new_key_under_its_name_is_a_warning(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=issue(RIVAL)), ac_dir)
    assert _codes(report) == ["SIG-010:aviso"]


def test_a_rival_that_travels_in_the_signature_does_not_become_trusted(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=issue(RIVAL), include_chain=True), ac_dir)
    assert _cadeia(report) == "indeterminada"


def test_an_authority_that_had_expired_breaks_the_chain(ac_dir: Path) -> None:
    report = _report(build("nfe", leaf=issue(VENCIDA)), ac_dir)
    assert _codes(report) == ["293:erro"]
    assert _cadeia(report) == "falha"


@pytest.mark.parametrize("include_chain", [False, True])
def test_an_authority_of_another_name_is_a_warning_too(include_chain: bool, ac_dir: Path) -> None:
    data = build("nfe", leaf=issue(ALHEIA), include_chain=include_chain)
    assert _codes(_report(data, ac_dir)) == ["SIG-010:aviso"]


@pytest.mark.parametrize(("kind", "code"), [("nfe", "295"), ("cte", "295"), ("bpe", "SIG-007")])
def test_a_certificate_that_its_holder_signed_is_295(kind: str, code: str, ac_dir: Path) -> None:
    assert f"{code}:erro" in _signed_by(self_issued(), ac_dir, kind)


def test_the_operator_may_trust_another_authority(tmp_path: Path) -> None:
    folder = write_certificates(tmp_path, [ALHEIA.certificate])
    assert _signed_by(issue(ALHEIA), folder) == []


def test_what_is_no_certificate_in_the_folder_is_passed_over(tmp_path: Path) -> None:
    write_authorities(tmp_path)
    (tmp_path / "leia-me.txt").write_text("certificados")
    (tmp_path / "quebrado.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n")
    assert _cadeia(_report(build("nfe"), tmp_path)) == "ok"
