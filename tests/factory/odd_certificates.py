"""Certificates that a sound authority of today would not issue, and authorities of other years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from .authority import FIM, INICIO, OID_CNPJ, Credential

_DECADAS = (datetime(2010, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Emissor:
    """A root that issues leaves itself; two of one `nome` and another `chave` are rivals."""

    nome: str
    chave: str = "1"
    inicio: datetime = _DECADAS[0]
    fim: datetime = _DECADAS[1]
    organizacao: str = "ICP-Brasil"

    @property
    def key(self) -> RSAPrivateKey:
        return _key(f"{self.nome} {self.chave}")

    @property
    def name(self) -> x509.Name:
        return _name(self.nome, self.organizacao)

    @property
    def certificate(self) -> x509.Certificate:
        return _root(self)


def issue(
    emissor: Emissor,
    *,
    cnpj: str | None = "12345678000195",
    inicio: datetime = INICIO,
    fim: datetime = FIM,
    nao_repudio: bool = True,
    key_id_of: Emissor | None = None,
    key: RSAPrivateKey | None = None,
) -> Credential:
    """A leaf; without `cnpj` its SAN has only an e-mail address, without `nao_repudio` its key is
    for key encipherment; `key_id_of` names another issuer's key in the AuthorityKeyIdentifier."""
    key = key or _key("titular")
    san: list[x509.GeneralName] = [x509.RFC822Name("fiscal@ficticia.example")]
    if cnpj is not None:
        value = bytes([0x13, len(cnpj)]) + cnpj.encode()
        san.append(x509.OtherName(ObjectIdentifier(OID_CNPJ), value))
    issuer_key = (key_id_of or emissor).key.public_key()
    certificate = (
        _builder(_name("EMPRESA FICTICIA LTDA"), emissor.name, key, inicio, fim)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(leaf=True, nao_repudio=nao_repudio), critical=True)
        .add_extension(x509.SubjectAlternativeName(san), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
        )
        .sign(emissor.key, SHA256())
    )
    return Credential(certificate, key, (emissor.certificate,))


def self_issued(cnpj: str = "12345678000195") -> Credential:
    """A leaf that nobody but its holder signed."""
    holder = Emissor("EMPRESA FICTICIA LTDA")
    leaf = issue(holder, cnpj=cnpj, key=holder.key)
    return Credential(leaf.certificate, holder.key, ())


def write_certificates(folder: Path, certificates: Iterable[x509.Certificate]) -> Path:
    """Write PEM files, as `--ac DIR` reads them, and return the folder."""
    for certificate in certificates:
        name = f"{certificate.serial_number:x}.pem"
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    return folder


@cache
def _root(emissor: Emissor) -> x509.Certificate:
    builder = _builder(emissor.name, emissor.name, emissor.key, emissor.inicio, emissor.fim)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(leaf=False, nao_repudio=False), critical=True)
        .sign(emissor.key, SHA256())
    )


@cache
def _key(owner: str) -> RSAPrivateKey:  # noqa: ARG001 - the owner is the cache key
    return generate_private_key(public_exponent=65537, key_size=2048)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, inicio: datetime, fim: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(inicio)
        .not_valid_after(fim)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, leaf: bool, nao_repudio: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=leaf,
        content_commitment=nao_repudio,
        key_encipherment=leaf and not nao_repudio,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not leaf,
        crl_sign=not leaf,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, organizacao: str = "ICP-Brasil") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organizacao),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
