"""Where a request comes from, as people are shown it in their sessions and e-mails."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request

from fiscalxml_server.auth.throttle import address_of

_MAX_AGENT: Final = 200


class Origem(NamedTuple):
    """Names nobody, but tells of somebody: it goes into `detalhes` of the audit log only."""

    endereco: str
    aparelho: str
    """what the program says of itself (User-Agent)"""

    def to_dict(self) -> dict[str, str]:
        """For `detalhes`."""
        return self._asdict()


async def _origin(request: Request) -> Origem:
    agent = request.headers.get("user-agent", "")
    shown = "".join(each for each in agent if each.isprintable())[:_MAX_AGENT]
    return Origem(address_of(request, request.app.state.settings.trusted_proxies), shown)


Proveniencia = Annotated[Origem, Depends(_origin)]
