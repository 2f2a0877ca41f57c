"""What was measured of what a document and a request cost; rates of tasks are `scaling.rates`.

Standard library only. Each figure is a `Rate`: value, unit, how it is known, command and date.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.scaling.rates import JOB_DOCUMENTS, Rate

_BYTES: Final = "python -m benchmarks.stored_bytes, 2026-11-29"

NOTE_BYTES: Final = Rate(
    name="bytes de um documento como chega (NF-e de 3 a 10 itens)",
    value=11_156,
    unit="bytes",
    kind="medido",
    source=_BYTES,
)
SENT_BYTES: Final = Rate(
    name="bytes de um documento dentro do ZIP de um lote",
    value=4_170,
    unit="bytes",
    kind="medido",
    source="python -m benchmarks.service, 2026-11-28: 417 MB de 100.000 notas",
)
STORED_BYTES: Final = Rate(
    name="bytes de um documento guardado (comprimido e cifrado)",
    value=3_877,
    unit="bytes",
    kind="medido",
    source=_BYTES,
)
PACK_DOCUMENTS: Final = Rate(
    name="documentos em um objeto do S3, quando vêm em lotes grandes",
    value=JOB_DOCUMENTS,
    unit="documentos",
    kind="medido",
    source=f"{_BYTES}: pacotes de 775.420 bytes",
)
ROW_BYTES: Final = Rate(
    name="bytes de linhas e índices de um documento no PostgreSQL",
    value=13_473,
    unit="bytes",
    kind="medido",
    source=f"{_BYTES}: o que 10.000 notas somaram a outras 10.000 (termos 7.219, documentos "
    "4.471, validações 1.492). docs/busca.md tem 5.154 com 5 milhões de documentos sintéticos, "
    "de 15 termos cada",
)
SMALL_ROW_BYTES: Final = Rate(
    name="bytes de linhas e índices de um documento, com poucos termos",
    value=5_154,
    unit="bytes",
    kind="medido",
    source="docs/busca.md, 2026-11-29: 24 GiB de 5.000.102 documentos feitos no próprio banco",
)
DELIVERIES: Final = Rate(
    name="entregas de webhooks de um processo",
    value=2_725,
    unit="entregas/s",
    kind="medido",
    source="python -m benchmarks.webhooks --only throughput, 2026-11-29 (benchmarks/webhooks.md)",
)
READS_CPU: Final = Rate(
    name="processador do PostgreSQL de uma busca (mediana das formas)",
    value=1.0,
    unit="ms",
    kind="medido",
    source="docs/busca.md, 2026-11-29: de 0,5 a 16 ms por forma, quase todas abaixo de 4",
)
MEASURED: Final = (
    *(NOTE_BYTES, SENT_BYTES, STORED_BYTES, PACK_DOCUMENTS, ROW_BYTES, SMALL_ROW_BYTES),
    *(DELIVERIES, READS_CPU),
)
