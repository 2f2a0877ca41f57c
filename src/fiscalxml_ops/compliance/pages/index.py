"""docs/conformidade/README.md."""

from __future__ import annotations

from collections import Counter
from typing import Final

from fiscalxml_ops.compliance.asvs import ESTADOS, requirements
from fiscalxml_ops.compliance.measures import measures
from fiscalxml_ops.compliance.norms import norms
from fiscalxml_ops.compliance.pages.matrix import MADE, counts

_HEAD: Final = f"""\
# Conformidade

Feito {MADE} Quem responde a um auditor, a um cliente ou à ANPD começa aqui.

**Ninguém nos auditou.** Certificado ISO 27001 e relatório SOC 2 só os dá um auditor independente,
depois de meses de operação; aqui está o que o código, os testes, os ensaios e os alertas mostram
hoje, o que depende de gente, e o que falta. *Atendido* só se diz do que um teste, ensaio, alerta
ou pipeline faria falhar; *decisão humana*, do que pede que alguém decida e refaça, mesmo com a
parte técnica pronta; *parcial* diz o que falta.

"""
_PAGES: Final = """
| página | o que tem |
|---|---|
| [soc2.md](soc2.md), [iso27001.md](iso27001.md), [lgpd.md](lgpd.md) | controle a controle |
| [../asvs.md](../asvs.md) | OWASP ASVS 5.0, níveis 1 e 2 |
| [lacunas.md](lacunas.md) | o que falta, num lugar só |
| [medidas.md](medidas.md) | o que se faz, e a evidência de cada coisa |
| [decisoes.md](decisoes.md) | o que é de gente: quem, o quê, quando |
| [fluxo-de-dados.md](fluxo-de-dados.md) | o diagrama, feito do código; quem lê cada segredo |
| [ameacas.md](ameacas.md) | STRIDE e LINDDUN, elemento por elemento, e o que resta |
| [suboperadores.md](suboperadores.md) | quem mais trata dados, onde, com que base |
| [incidentes.md](incidentes.md) | do alerta ao aviso, com os textos prontos |
| [procedimentos.md](procedimentos.md) | acessos, chaves, fornecedores, titulares |
| [retencao.md](retencao.md) | por quanto tempo |
| [../promessas.md](../promessas.md) | cada promessa, o comando que a prova, o número |
| [../entrada-em-producao.md](../entrada-em-producao.md) | a lista de antes do lançamento |
| [matriz.json](matriz.json) | tudo isto para uma máquina |

## Como se mantém

As fontes são `fontes/*.toml`; o código se marca com `# Medida: nome` em cima do que faz; `make
conformidade` confere e escreve, e falha com um controle sem evidência, uma evidência que deixou
de existir, um elemento em que ninguém pensou. Quem muda um controle de segurança muda a sua
linha. Comandos *(por vir)* estão em `compliance/coming.py`.
"""


def index_page() -> str:
    """The whole page."""
    asvs = Counter(each.estado for each in requirements())
    told = ", ".join(f"{asvs[estado]} {estado}" for estado in ESTADOS if asvs[estado])
    evidence = [one for each in measures().values() for one in each.citadas]
    kinds = Counter(one.especie for one in set(evidence) if not one.por_vir)
    cited = ", ".join(f"{n} de {especie}" for especie, n in kinds.most_common())
    table = counts({f"[{n.titulo}]({nome}.md)": n for nome, n in norms().items()})
    asvs_line = f"\n\nOWASP ASVS 5.0, níveis 1 e 2: {told}.\n"
    return (
        f"{_HEAD}{table}{asvs_line}\n{len(measures())} medidas, evidências distintas: {cited}.\n"
        f"{_PAGES}"
    )
