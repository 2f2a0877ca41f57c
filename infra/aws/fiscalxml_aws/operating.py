"""How services are run: what an operator chooses, beside `config.Deployment`."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Node


@dataclass(frozen=True)
class Operating:
    """By `-c arm=sim -c spot=nao -c comando=sim -c repositorio=DONO/NOME -c orcamento=DOLARES`."""

    arm: bool = False
    """Graviton: c7g.large for c5.large, ARM64 on Fargate; the image must have been built for it"""
    spot: bool = False
    """whether workers above the minimum may be Fargate Spot"""
    execute: bool = False
    """whether `aws ecs execute-command` opens a shell in a task; each is recorded. Roots of
    containers can then be written to: ECS Exec is not supported otherwise"""
    repository: str = "fiscalxml/fiscalxml"
    """on GitHub: whose workflows may deploy"""
    budget: int = 4500
    """US$ a month: the smallest installation in two regions (`fiscalxml-ops cost`), and a margin"""

    @classmethod
    def from_context(cls, node: Node) -> Operating:
        def said(key: str) -> bool:
            return str(node.try_get_context(key) or "nao").lower() in ("sim", "true", "1")

        return cls(
            arm=said("arm"),
            spot=said("spot"),
            execute=said("comando"),
            repository=str(node.try_get_context("repositorio") or cls.repository),
            budget=int(str(node.try_get_context("orcamento") or cls.budget)),
        )
