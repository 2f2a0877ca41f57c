"""Fuzz `validate_all`: mutated factory documents, and the invariants of every report.

    python -m tests.fuzz.fuzz_validate --seconds 600 --seed 1
    python -m tests.fuzz.fuzz_validate --seconds 600 --guided    by coverage, where atheris is there

`FUZZ_SECONDS` and `FUZZ_SEED` are the defaults of the options.

A failing input is written to `fuzz-failure-*.xml` in the working directory.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from factory import KINDS, XSW_VARIANTS, build, dist_dfe, env_evento, envi_nfe, soap, xsw
from fuzz.invariants import reports_of, without_clock
from fuzz.mutations import mutate

SECONDS = float(os.environ.get("FUZZ_SECONDS", "20"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))


@cache
def seeds() -> tuple[bytes, ...]:
    """One document of every kind, authorised where it can be, and every container."""
    notas = [build("nfe", changes={"ide/nNF": str(number)}) for number in (1, 2)]
    return (
        *(build(kind) for kind in KINDS),
        *(build(kind, protocol=True) for kind, row in KINDS.items() if row.proc),
        *(xsw(notas[0], variant) for variant in XSW_VARIANTS),
        build("nfe", sign=False, itens=3),
        envi_nfe(notas),
        env_evento([build("cancelamento"), build("cce")]),
        soap(build("nfe", protocol=True)),
        dist_dfe([build("nfe", protocol=True), build("cancelamento", protocol=True)]),
    )


def inputs(seed: int) -> Iterator[bytes]:
    """Mutated documents without end; the same for the same seed."""
    rng = Random(seed)  # noqa: S311 - it must repeat, not surprise
    while True:
        yield mutate(rng.choice(seeds()), rng, other=rng.choice(seeds()))


def check(data: bytes) -> None:
    """The invariants, and that a second run says the same."""
    assert without_clock(reports_of(data)) == without_clock(reports_of(data))


def run(seconds: float, seed: int) -> int:
    """Check inputs until the time is over; the number of them. Raises at the first failure."""
    end = time.monotonic() + seconds
    tried = 0
    for data in takewhile(lambda _: time.monotonic() < end, inputs(seed)):
        tried += 1
        try:
            check(data)
        except Exception:
            name = Path(f"fuzz-failure-{sha256(data).hexdigest()[:12]}.xml")
            name.write_bytes(data)
            print(f"falha na entrada {tried} da semente {seed}: {name}", file=sys.stderr)
            raise
    return tried


def run_guided(seconds: float, seed: int) -> None:
    """The same, guided by what the inputs reach; atheris ends the process by itself."""
    atheris = import_module("atheris")

    def mutator(data: bytes, max_size: int, step: int) -> bytes:
        rng = Random(step)  # noqa: S311
        base = data if len(data) > 1 else rng.choice(seeds())
        return mutate(base, rng, other=rng.choice(seeds()))[:max_size]

    atheris.instrument_all()
    limits = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=200000"]
    atheris.Setup(["fuzz_validate", *limits], check, custom_mutator=mutator)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz validate_all.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--guided", action="store_true", help="by coverage, with atheris")
    options = parser.parse_args()
    if options.guided:
        run_guided(options.seconds, options.seed)
    else:
        print(f"{run(options.seconds, options.seed)} entradas sem falha")


if __name__ == "__main__":
    main()
