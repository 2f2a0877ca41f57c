"""A certification authority in the shape of ICP-Brasil: root, AC, e-CNPJ and e-CPF.

Everything lives in memory and is cached; keys are generated once a process and shared by
all leaves of an authority, so that issuing a certificate costs a single signature.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

# DOC-ICP-04: data of the holder, carried in the SAN as OtherName.
OID_CPF_DATA = "2.16.76.1.3.1"
OID_RESPONSIBLE_NAME = "2.16.76.1.3.2"
OID_CNPJ = "2.16.76.1.3.3"

INICIO = datetime(2026, 1, 1, tzinfo=UTC)
FIM = datetime(2027, 1, 1, tzinfo=UTC)

# Both encodings of OtherName values occur in real certificates.
SanEncoding = Literal["printable", "octet"]
_DER_TAG = {"printable": 0x13, "octet": 0x04}


@dataclass(frozen=True)
class Credential:
    """A certificate, its private key, and the authorities above it (nearest first)."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    chain: tuple[x509.Certificate, ...] = ()


def e_cnpj(
    cnpj: str = "12345678000195",
    titular: str = "EMPRESA FICTICIA LTDA",
    inicio: datetime = INICIO,
    fim: datetime = FIM,
    *,
    encoding: SanEncoding = "printable",
    autoridade: str = "Teste",
) -> Credential:
    """A company's certificate; `cnpj` has 14 characters and may have letters."""
    names = ((OID_RESPONSIBLE_NAME, "RESPONSAVEL FICTICIO"), (OID_CNPJ, cnpj))
    return _leaf(f"{titular}:{cnpj}", names, inicio, fim, encoding, autoridade)


def e_cpf(
    cpf: str = "12345678909",
    titular: str = "PESSOA FICTICIA",
    inicio: datetime = INICIO,
    fim: datetime = FIM,
    *,
    nascimento: str = "31121980",
    encoding: SanEncoding = "printable",
    autoridade: str = "Teste",
) -> Credential:
    """A person's certificate; `nascimento` is DDMMAAAA."""
    # Birth date (8), CPF (11), NIS (11), RG (15), issuer and state of the RG.
    data = nascimento + cpf + "0" * 11 + "0" * 15 + "SSPSP"
    return _leaf(f"{titular}:{cpf}", ((OID_CPF_DATA, data),), inicio, fim, encoding, autoridade)


def expired_e_cnpj(cnpj: str = "12345678000195") -> Credential:
    """Valid during 2024 only: expired when the factory's documents are signed."""
    return e_cnpj(
        cnpj, inicio=datetime(2024, 1, 1, tzinfo=UTC), fim=datetime(2025, 1, 1, tzinfo=UTC)
    )


def unknown_e_cnpj(cnpj: str = "12345678000195") -> Credential:
    """Issued by an authority that `write_authorities` does not publish by default."""
    return e_cnpj(cnpj, autoridade="Desconhecida")


def write_authorities(folder: Path, autoridade: str = "Teste") -> None:
    """Write the PEM files of the root and the AC, as `--ac DIR` reads them."""
    ac = _ac(autoridade)
    for name, certificate in (("ac.pem", ac.certificate), ("raiz.pem", ac.chain[0])):
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))


@cache
def _key(owner: str) -> RSAPrivateKey:  # noqa: ARG001 - the owner is the cache key
    return generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _root(autoridade: str) -> Credential:
    name = _name(f"Autoridade Certificadora Raiz {autoridade} v1")
    key = _key(f"raiz {autoridade}")
    builder = _builder(name, name, key, datetime(2020, 1, 1, tzinfo=UTC), _AUTHORITY_END)
    return Credential(_as_authority(builder, 1).sign(key, SHA256()), key)


@cache
def _ac(autoridade: str) -> Credential:
    root = _root(autoridade)
    key = _key(f"ac {autoridade}")
    builder = _builder(
        _name(f"AC {autoridade} v1"),
        root.certificate.subject,
        key,
        datetime(2021, 1, 1, tzinfo=UTC),
        _AUTHORITY_END,
    )
    certificate = _as_authority(builder, 0).sign(root.key, SHA256())
    return Credential(certificate, key, (root.certificate,))


_AUTHORITY_END = datetime(2040, 1, 1, tzinfo=UTC)


@cache
def _leaf(
    common_name: str,
    other_names: tuple[tuple[str, str], ...],
    inicio: datetime,
    fim: datetime,
    encoding: SanEncoding,
    autoridade: str,
) -> Credential:
    ac = _ac(autoridade)
    key = _key(f"titular {autoridade}")
    san: list[x509.GeneralName] = [
        x509.OtherName(ObjectIdentifier(oid), _der(value, encoding)) for oid, value in other_names
    ]
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    certificate = (
        _builder(_name(common_name), ac.certificate.subject, key, inicio, fim)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([*san, x509.RFC822Name("fiscal@ficticia.example")]),
            critical=False,
        )
        .sign(ac.key, SHA256())
    )
    return Credential(certificate, key, (ac.certificate, *ac.chain))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, inicio: datetime, fim: datetime
) -> x509.CertificateBuilder:
    seed = f"{subject.rfc4514_string()}{inicio}{fim}"
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(sha256(seed.encode()).digest()[:12]))
        .not_valid_before(inicio)
        .not_valid_after(fim)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    ).add_extension(_key_usage(authority=True), critical=True)


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ICP-Brasil"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Documentos Ficticios de Teste"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _der(value: str, encoding: SanEncoding) -> bytes:
    data = value.encode("ascii")
    return bytes([_DER_TAG[encoding], len(data)]) + data
