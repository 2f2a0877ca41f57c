"""Certificates look like those of ICP-Brasil."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from . import Credential, e_cnpj, e_cpf, expired_e_cnpj, unknown_e_cnpj, write_authorities
from .authority import SanEncoding


@pytest.mark.parametrize(("encoding", "tag"), [("printable", 0x13), ("octet", 0x04)])
def test_the_certificate_names_its_holder_in_both_encodings(
    encoding: SanEncoding, tag: int
) -> None:
    assert other_name(e_cnpj(encoding=encoding), "2.16.76.1.3.3") == (tag, b"12345678000195")
    pessoa = other_name(e_cpf("11144477735", encoding=encoding), "2.16.76.1.3.1")
    assert (pessoa[0], pessoa[1][:19]) == (tag, b"3112198011144477735")


def other_name(leaf: Credential, oid: str) -> tuple[int, bytes]:
    """DER tag and contents of an OtherName of the SAN."""
    san = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = san.get_values_for_type(x509.OtherName)
    value = next(name.value for name in names if name.type_id.dotted_string == oid)
    assert value[1] == len(value) - 2
    return value[0], value[2:]


@pytest.mark.parametrize("leaf", [e_cnpj(), e_cpf(), expired_e_cnpj(), unknown_e_cnpj()])
def test_each_certificate_is_signed_by_the_next_of_its_chain(leaf: Credential) -> None:
    ac, raiz = leaf.chain
    leaf.certificate.verify_directly_issued_by(ac)
    ac.verify_directly_issued_by(raiz)
    raiz.verify_directly_issued_by(raiz)
    assert leaf.key.public_key().public_numbers() == leaf.certificate.public_key().public_numbers()  # type: ignore[union-attr]
    leaf.key.sign(b"", PKCS1v15(), leaf.certificate.signature_hash_algorithm)  # type: ignore[arg-type]


def test_the_expired_certificate_had_ended_when_the_documents_are_signed() -> None:
    assert expired_e_cnpj().certificate.not_valid_after_utc < datetime(2026, 11, 1, tzinfo=UTC)


def test_the_authorities_are_written_as_pem(tmp_path: Path) -> None:
    write_authorities(tmp_path)
    pems = [x509.load_pem_x509_certificate(p.read_bytes()) for p in sorted(tmp_path.iterdir())]
    assert tuple(pems) == e_cnpj().chain
    assert unknown_e_cnpj().chain[0] not in pems
