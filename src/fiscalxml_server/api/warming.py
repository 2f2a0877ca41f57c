"""What a process reads before its first document: schemas, rules, authorities."""

from __future__ import annotations

import gc

from fiscalxml import summarize, validate
from fiscalxml.generator import TIPOS, Pedido, generate
from fiscalxml.schemas.loader import prepare


def warm() -> None:
    """Judge a synthetic document of each everyday kind, so that all they need is compiled.

    What is read then stays for the life of the process: the garbage collector need not look at it.
    """
    for tipo in TIPOS:
        for documento in generate(Pedido(quantidade=1, tipos={tipo: 1}, protocolo=True)):
            validate(documento.xml)
            summarize(documento.xml)
    prepare()
    gc.collect()
    gc.freeze()
