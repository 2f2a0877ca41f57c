"""What rules cost: none, a few of those at hand, as many synthetic ones besides, all at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from unittest.mock import patch

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha, Regra
from fiscalxml.rules import judge, nfe

FEW = 80
"""of those at hand, spread over all of them: the measure of an engine, whatever its catalogue"""
EXTRA = 620
"""with those, about as many as the catalogue has of the NF-e that can be decided offline"""

# Where the rules of the catalogue stand, a share for each group of a sale; as many again stand on
# groups that such a note does not have (other ICMS, IPI, II, fuels, vehicles, exports …). Half of
# them are on items, as in the catalogue; none needs a field, which would spare it more often.
_PRESENT = (
    *("ide", "emit", "dest", "dest/enderDest", "det", "det/prod", "det/imposto"),
    *("det/imposto/ICMS/ICMS00", "det/imposto/PIS/PISAliq", "det/imposto/COFINS/COFINSAliq"),
    *("det/imposto/IBSCBS", "det/imposto/IBSCBS/gIBSCBS", "total/ICMSTot", "transp", "pag/detPag"),
)
_ABSENT = (
    *("det/imposto/ICMS/ICMS10", "det/imposto/ICMS/ICMS51", "det/imposto/ICMS/ICMSSN101"),
    *("det/imposto/IPI", "det/imposto/II", "det/prod/comb", "det/prod/veicProd", "det/prod/DI"),
    *("det/imposto/IBSCBS/gIBSCBSMono", "exporta", "cobr/fat", "retirada", "avulsa", "infIntermed"),
)


@contextmanager
def no_rules() -> Iterator[None]:
    """Within it, no document has rules."""
    with patch("fiscalxml.judgement.has_rules", _none):  # a mock would keep every document
        yield


def _none(_found: object) -> bool:
    return False


@contextmanager
def few_rules(synthetic: int = 0) -> Iterator[None]:
    """Within it, `FEW` of the rules run, and `synthetic` ones, which find nothing."""
    own = list(nfe.REGISTRO)
    few = [own[place * len(own) // FEW] for place in range(FEW)]
    paths = cycle([path for pair in zip(_PRESENT, _ABSENT, strict=False) for path in pair])
    extra = [_synthetic(number, path) for number, path in enumerate(islice(paths, synthetic))]
    with patch.object(nfe.ACERVO, "regras", [*few, *extra]):
        _forget()
        yield
    _forget()


def _forget() -> None:
    for cached in (judge._plan, judge._in_force, judge._changes):
        cached.cache_clear()


def _synthetic(number: int, path: str) -> Regra:
    return Regra(
        id=f"nfe:X{number}",
        codigo=str(number),
        mensagem="",
        correcao="",
        fonte="",
        obrigatoriedade="obrigatoria",
        funcao=_comparison(f"v{number}"),
        caminhos=(path,),
        cada=True,
        tipos=frozenset({"nfe", "nfce"}),
    )


def _comparison(campo: str) -> Callable[[Grupo, object], Falha | None]:
    def compare(grupo: Grupo, _escopo: object) -> Falha | None:
        if grupo[campo] == "1" and grupo.valor("vBC") > 0:
            return Falha(campo)
        return None

    return compare
