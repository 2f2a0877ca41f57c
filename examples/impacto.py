"""Which stored documents would be refused under the rules of another day, why, and whose they are.

FISCALXML_URL=… FISCALXML_TOKEN=… python examples/impacto.py 2027-01-05
"""

from __future__ import annotations

import sys
from datetime import date

from fiscalxml.client import Cliente


def main(day: str) -> None:
    with Cliente() as cliente:
        asked = cliente.revalidar(
            em=date.fromisoformat(day), perfil="transmissao", nome=f"impacto de {day}"
        )
        done = cliente.esperar_revalidacao(asked.id)
        counts = done.contagens
        print(f"{done.total} documentos, {counts.para_invalido} passariam a inválidos em {day}")
        for causa in cliente.causas_da_revalidacao(done.id).causas:
            print(f"  {causa.codigo} {causa.causa}: {causa.documentos} documentos")
        for party in cliente.participantes_da_revalidacao(done.id):
            print(f"  {party.inscricao} {party.nome or ''}: {party.para_invalido}")


if __name__ == "__main__":
    main(sys.argv[1])
