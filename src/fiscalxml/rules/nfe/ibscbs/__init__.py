"""Groups UB and W31 on: IS, IBS and CBS of each item, and their totals (NT 2025.002-RTC).

A NEW RULE goes into the module of its group; a new module is imported here.
"""

from fiscalxml.rules.nfe.ibscbs import (  # noqa: F401 - to import a module is to register its rules
    ajustes,
    aliquotas,
    classificacao,
    compras,
    credito,
    credito_da_tabela,
    devolucao,
    incentivo,
    indicadores,
    monofasico,
    presenca,
    regular,
    seletivo,
    totais,
    total_do_item,
    valores,
)
