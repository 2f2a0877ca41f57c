"""Documents that came inside others are judged again by their own bytes, and as they were."""

from __future__ import annotations

from factory.containers import dist_dfe, envi_nfe, soap
from factory.documents import build
from services.servico import Servico

from .asking import counts, items, revalidate, same, to_invalid


def test_what_came_in_a_container_does_not_change_by_having_left_it(servico: Servico) -> None:
    files = {
        "dois.xml": envi_nfe([same(1), to_invalid(2)]),
        "soap.xml": soap(build("nfe", changes={"ide/nNF": "3"}, protocol=True)),
        "zip.xml": dist_dfe([build("nfe", changes={"ide/nNF": "4"}, protocol=True)]),
        "bom.xml": b"\xef\xbb\xbf" + same(5),
    }
    lote = servico.send(files)
    assert lote["contagens"]["aceito"] == 5, servico.items(lote)
    found = revalidate(servico)
    assert counts(found) == {"igual": 5}, items(servico, found)
