"""By what names a deployment is reached, outside and inside."""

from __future__ import annotations

from dataclasses import dataclass

from .config import Deployment


@dataclass(frozen=True)
class Hosts:
    """`base` is the domain under which all others are."""

    base: str

    @classmethod
    def of(cls, deployment: Deployment) -> Hosts:
        return cls(deployment.domain.removeprefix("api."))

    @property
    def api(self) -> str:
        return f"api.{self.base}"

    @property
    def auth(self) -> str:
        return f"contas.{self.base}"

    @property
    def webhooks(self) -> str:
        return f"webhooks.{self.base}"

    @property
    def public(self) -> tuple[str, str, str]:
        return self.api, self.auth, self.webhooks

    @property
    def inner_zone(self) -> str:
        """A private zone: names in it mean something inside the VPC alone."""
        return f"interno.{self.base}"

    @property
    def inner(self) -> str:
        """The load balancer inside, as the gateway reaches it."""
        return f"servicos.{self.inner_zone}"

    @property
    def inner_auth(self) -> str:
        """The Auth Service, as the other services reach it (`auth-interno` of compose.yaml)."""
        return f"contas.{self.inner_zone}"
