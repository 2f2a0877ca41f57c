"""Until when servers inside are known by their certificates, as they show them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography import x509

from fiscalxml_server.kit import settings as of_environment
from fiscalxml_server.kit.certificates import look_at_certificates, servers
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry import Seen
from fiscalxml_server.kit.telemetry.process import with_authority
from fiscalxml_server.kit.telemetry.sampled import CERTIFICATE_END
from fiscalxml_server.kit.tls import authority_end

from .servers.tls import HOST, Autoridade, new_authority, tls_before

NOBODY = (HOST, 9)
"""behind the TLS: only what is shown matters"""


@pytest.fixture
def nossa(tmp_path: Path) -> Autoridade:
    return new_authority(tmp_path, "nossa")


def _end(file: Path) -> float:
    return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc.timestamp()


def _told(seen: Seen) -> Mapping[tuple[str, ...], float]:
    return {labels: value for of, labels, value in seen.told() if of == CERTIFICATE_END}


def test_each_server_tells_by_its_own_protocol_also_one_that_nobody_believes(
    nossa: Autoridade,
) -> None:
    seen = Seen()
    with (
        tls_before(nossa.servidor, NOBODY, postgres=True) as banco,
        tls_before(nossa.servidor, NOBODY) as other,
    ):
        settings = Settings.model_validate(
            {
                "database_url": f"postgresql://a:b@{HOST}:{banco}/x?ssl=verify-full",
                "broker_url": f"rediss://:c@{HOST}:{other}/0",
                "objects_endpoint": f"https://{HOST}:{other}",
                "auth_url": f"https://{HOST}:{other}",
            }
        )
        asyncio.run(look_at_certificates(settings, seen))
    end = _end(nossa.servidor)
    first = {("banco",): end, ("broker",): end, ("objetos",): end, ("auth",): end}
    assert _told(seen) == first
    # They are away now, and an end does not move.
    asyncio.run(look_at_certificates(settings, seen))
    assert _told(seen) == first


def test_a_server_that_speaks_no_tls_is_not_asked() -> None:
    plain = {
        "database_url": "postgresql://a:b@banco/x",
        "broker_url": "redis://:c@valkey/0",
        "objects_endpoint": "http://s3:8333",
        "auth_url": "http://auth:8001",
    }
    assert list(servers(Settings.model_validate(plain))) == []


def test_a_role_tells_until_when_it_believes_and_the_authority_of_before_does_not_count(
    nossa: Autoridade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = new_authority(tmp_path, "antes", days=0.5)
    both = tmp_path / "ca.crt"
    both.write_bytes(older.ca.read_bytes() + nossa.ca.read_bytes())
    assert authority_end(Settings(ca_file=older.ca)) == _end(older.ca) < _end(nossa.ca)
    monkeypatch.setenv("FISCALXML_CA_FILE", str(both))
    of_environment.settings.cache_clear()
    try:
        told = with_authority(None)
        both.unlink()
        assert told is not None
        assert {each.labels: each.value for each in told()} == {("autoridade",): _end(nossa.ca)}
    finally:
        of_environment.settings.cache_clear()
