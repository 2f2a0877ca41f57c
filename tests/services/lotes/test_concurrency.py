"""Lotes that are worked on at the same time."""

from __future__ import annotations

from collections import Counter

from services.servico import ZIP, Servico, zipped

from .sending import note, objects, post, read, tampered


def test_documents_that_several_lotes_bring_at_once_are_taken_once(servico: Servico) -> None:
    notas = {f"{number}.xml": note(number) for number in range(9000, 9030)}
    backwards = dict(reversed(notas.items()))
    lotes = [post(servico, zipped(each), ZIP).json() for each in (notas, backwards) * 3]
    servico.work_together()
    done = [read(servico, lote["id"]) for lote in lotes]
    assert {lote["situacao"] for lote in done} == {"concluido"}
    assert {lote["total"] for lote in done} == {30}
    counts: Counter[str] = Counter()
    for lote in done:
        counts.update(lote["contagens"])
    assert +counts == {"aceito": 30, "duplicado": 150}


def test_versions_that_come_at_once_leave_the_intact_one_with_the_chave(servico: Servico) -> None:
    good = {f"{number}.xml": note(number) for number in range(9100, 9110)}
    broken = {name: tampered(nota) for name, nota in good.items()}
    lotes = [post(servico, zipped(each), ZIP).json() for each in (broken, good, broken, good)]
    servico.work_together()
    holders = set()
    for lote in lotes:
        for item in servico.items(lote):
            path = f"/v1/documentos/{item['chave']}/xml"
            holders.add((item["nome"], servico.request("GET", path).content))
    assert holders == set(good.items())


def test_one_lote_is_worked_on_by_many_and_ends_once(servico: Servico) -> None:
    files = {f"{number:04}.xml": b"<x>%d</x>" % number for number in range(1000)}
    lote = post(servico, zipped(files), ZIP).json()
    servico.work_together()
    done = read(servico, lote["id"])
    assert (done["situacao"], done["total"]) == ("concluido", 1000)
    assert [item["indice"] for item in servico.items(lote)] == list(range(1000))
    assert objects(servico, "envios") == []
