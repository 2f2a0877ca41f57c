"""ops/scaling/politicas.md: the table of policies, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fiscalxml_ops.scaling.alarms import Alarm, Policy, Step, Target
from fiscalxml_ops.scaling.measures import (
    AGE_SECONDS,
    BUSY_HIGH,
    DEPTH_PER_WORKER,
    NAMESPACE,
    PRESSURE,
)
from fiscalxml_ops.scaling.policies import ALARMS, FIXED, TARGETS
from fiscalxml_ops.scaling.rates import RATES

FOLDER: Final = "ops/scaling"
PAGE: Final = f"{FOLDER}/politicas.md"
_SIGNS: Final = {
    "GreaterThanOrEqualToThreshold": "≥",
    "GreaterThanThreshold": ">",
    "LessThanThreshold": "<",
}


_TEXT: Final = """\
# Políticas de escala

Feita do código (`src/fiscalxml_ops/scaling/policies.py`) por `make operacao`; não edite. O porquê
está na [decisão 40](../../docs/decisions/0040-escala.md).

{targets}

Não escalam: {fixed}.

{policies}

{alarms}

A métrica `{pressure}` ({namespace}) é a maior de: blocos na fila por worker ÷ {depth}, idade do
mais antigo ÷ {age:g} s, parte dos processos ocupada ÷ {busy}. Conta só o que mais um worker
tomaria. Sem datapoint, nada cresce nem encolhe.

## O que uma tarefa carrega, e em quanto tempo começa

{rates}
"""


def artefacts() -> Mapping[str, str]:
    """Path from the project's root -> content."""
    return {PAGE: page()}


def page() -> str:
    """What is scaled, by which alarms, in which steps; what tasks carry."""
    return _TEXT.format(
        targets=_targets(),
        fixed=", ".join(f"{role} ({count})" for role, count in FIXED.items()),
        policies=_policies(),
        alarms="\n".join(f"`{each.name}` avisa e não escala: {_when(each)}." for each in ALARMS),
        pressure=PRESSURE,
        namespace=NAMESPACE,
        depth=DEPTH_PER_WORKER,
        age=AGE_SECONDS,
        busy=f"{BUSY_HIGH}".replace(".", ","),
        rates=table(
            ("o quê", "valor", "como se sabe", "fonte"),
            [
                (each.name, f"{_number(each.value)} {each.unit}", each.kind, each.source)
                for each in RATES
            ],
        ),
    )


def _targets() -> str:
    return table(
        ("papel", "tarefas", "vCPU", "memória", "processos", "onde"),
        [
            (
                each.role,
                f"{each.minimum} a {each.maximum}",
                f"{each.vcpu:g}",
                f"{each.memory} MB",
                str(each.processes),
                _where(each),
            )
            for each in TARGETS
        ],
    )


def _where(target: Target) -> str:
    if target.machines is not None:
        return f"EC2 {target.machines.instance}, uma tarefa em cada máquina"
    spot = f"; até {target.spot} % do que passa do mínimo em spot" if target.spot else ""
    return f"Fargate{spot}"


def _policies() -> str:
    machines = [each.machines for each in TARGETS if each.machines is not None]
    every = [
        *((target.role, policy) for target in TARGETS for policy in target.policies),
        *(("máquinas da API", policy) for each in machines for policy in each.policies),
    ]
    return table(
        ("papel", "alarme", "quando", "degraus", "espera"),
        [
            (
                role,
                policy.alarm.name,
                _when(policy.alarm),
                "; ".join(_step(policy, step) for step in policy.steps),
                f"{policy.cooldown} s",
            )
            for role, policy in every
        ],
    )


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    return "\n".join(
        f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *lines)
    )


def _when(alarm: Alarm) -> str:
    missing = ", ou sem medida" if alarm.missing == "breaching" else ""
    return (
        f"{alarm.metric.name} {_SIGNS[alarm.comparison]} {alarm.threshold:g}{missing} em "
        f"{alarm.datapoints} de {alarm.periods} períodos de {alarm.metric.period} s"
    ).replace(".", ",")


def _step(policy: Policy, step: Step) -> str:
    unit = "%" if policy.adjustment == "PercentChangeInCapacity" else "tarefa"
    lower = "" if step.lower is None else f"{step.lower:g}"
    upper = "" if step.upper is None else f"{step.upper:g}"
    bounds = (
        f"{lower}–{upper}" if lower and upper else f"desde {lower}" if lower else f"até {upper}"
    )
    return f"{bounds}: {step.change:+d} {unit}".replace(".", ",")


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}".replace(",", ".")
    return f"{value:g}".replace(".", ",")
