"""`python -P -m fiscalxml_ops.ecs.starting COMMAND…`: secrets become files, then the command runs.

ECS gives secrets to a container as variables alone. Ours are files (decision 33), for a variable is
seen by everything that the process starts. So what FISCALXML_SEGREDOS names is taken from the
environment, written into FISCALXML_SECRETS_DIR (memory that only this container has), and the
command, which this process becomes, finds the folder that it would find anywhere else.

Logins come from Secrets Manager as its rotation keeps them, a JSON object; where a template is
beside one, the file is that address with the object's members in it, quoted.

Where FISCALXML_TLS_CERTIFICATE_FILE is said, a certificate is drawn, of an authority that nobody
keeps: load balancers encrypt to their targets, and verify nothing there. Only the health check
inside the container does, by `localhost`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote

NAMES: Final = "FISCALXML_SEGREDOS"
"""names of files, between spaces; each one's content is in the variable `variable(name)`"""
_FOLDER: Final = "FISCALXML_SECRETS_DIR"
_CERTIFICATE: Final = "FISCALXML_TLS_CERTIFICATE_FILE"
_KEY: Final = "FISCALXML_TLS_KEY_FILE"
_AUTHORITY: Final = "FISCALXML_CA_FILE"
_REFUSED: Final = 2


def variable(name: str) -> str:
    """The variable that holds the file `name`: `ca.crt` is SEGREDO_CA_CRT."""
    return "SEGREDO_" + "".join(each if each.isalnum() else "_" for each in name.upper())


def template(name: str) -> str:
    """The variable that holds the address into which a JSON object is put, if there is one."""
    return f"MODELO_{variable(name)}"


def prepare(environ: MutableMapping[str, str]) -> None:
    """Writes the files and takes their variables away.

    Raises KeyError (a variable, or a member of an object, is missing), OSError.
    """
    folder = Path(environ[_FOLDER])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in environ.pop(NAMES, "").split():
        value, address = environ.pop(variable(name)), environ.pop(template(name), None)
        _write(folder / name, value if address is None else _filled(address, value))
    if _CERTIFICATE in environ:
        _draw_certificate(environ)


def _filled(address: str, value: str) -> str:
    members = {name: quote(str(each), safe="") for name, each in json.loads(value).items()}
    return address.format_map(members)


def _draw_certificate(environ: MutableMapping[str, str]) -> None:
    # Here: what has no server of its own does not pay for the import.
    from fiscalxml_ops.compose.authority import Autoridade

    autoridade = Autoridade("fiscalxml: esta tarefa")
    signed = autoridade.sign("localhost")
    _write(Path(environ[_CERTIFICATE]), signed.certificado)
    _write(Path(environ[_KEY]), signed.chave)
    known = Path(environ[_AUTHORITY])
    _write(known, f"{known.read_text().rstrip()}\n{autoridade.certificado}")


def _write(path: Path, text: str) -> None:
    """Whole, for this user alone; one that is there is replaced."""
    part = path.with_name(f".{path.name}.novo")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{text.rstrip()}\n")
    part.replace(path)


def main(argv: list[str]) -> NoReturn:
    """Becomes the command. Raises SystemExit where a variable is missing."""
    try:
        prepare(os.environ)
    except KeyError as error:
        print(f"falta a variável {error.args[0]}", file=sys.stderr)
        sys.exit(_REFUSED)
    os.execvp(argv[0], argv)  # noqa: S606 - the command of the task definition, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
