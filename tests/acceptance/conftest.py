"""The folder of authorities that the cases know."""

from pathlib import Path

import pytest

from factory import write_authorities
from factory.odd_certificates import write_certificates

from .signature_cases import AC_ANTIGA


@pytest.fixture(scope="session")
def ac_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of the authorities, as `ac` and `--ac` take them."""
    folder = tmp_path_factory.mktemp("ac")
    write_authorities(folder)
    return write_certificates(folder, [AC_ANTIGA.certificate])
