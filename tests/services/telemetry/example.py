"""A small application that uses telemetry as the API does, for granian to serve in the tests."""

from __future__ import annotations

import asyncio
import logging
import os
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Header, WebSocket
from fastapi.responses import StreamingResponse
from lxml import etree

from fiscalxml_server.kit import telemetry

from .seeds import CPF, NAME, XML

ORGANIZATION = UUID("0197a000-0000-7000-8000-000000000001")
logger = logging.getLogger("fiscalxml_server.example")
foreign = logging.getLogger("some.library")
router = APIRouter(prefix="/documentos")


def known(authorization: Annotated[str | None, Header()] = None) -> None:
    """A dependency that runs in a thread, as one that knows the caller may."""
    if authorization:
        telemetry.bind(organization_id=ORGANIZATION, credential=authorization)


@router.get("/{chave}", dependencies=[Depends(known)])
async def read(chave: str) -> dict[str, Any]:
    with telemetry.span("read document", document_type="nfe", name=NAME, rule=chave) as step:
        step.set(xml=XML, count=1)
        logger.info("document read", extra={"document_type": "nfe", "chave": chave, "nome": NAME})
        logger.warning("document %s of %s", chave, NAME)
        foreign.error("row (%s, %s)", CPF, NAME, extra={"rule": CPF, "verdict": NAME})
        telemetry.count_finding(chave)
        telemetry.count_document(CPF, NAME, "novo")
        return {"traceparent": telemetry.current_traceparent(), "pid": os.getpid()}


@router.get("/{chave}/eventos")
async def events(chave: str) -> StreamingResponse:
    async def told() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"id: {number}\ndata: {chave}\n\n".encode()
            await asyncio.sleep(0)

    return StreamingResponse(told(), media_type="text/event-stream")


@router.get("/{chave}/espera")
async def wait(chave: str) -> StreamingResponse:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield chave.encode()
            await asyncio.sleep(0.02)

    return StreamingResponse(endless(), media_type="text/event-stream")


@router.post("/{chave}/falha/{way}")
async def fail(chave: str, way: str) -> None:
    match way:
        case "value":
            raise ValueError(f"{chave} {NAME}")
        case "key":
            raise KeyError(NAME)
        case "lxml":
            etree.fromstring(f"<{NAME}{CPF}")
        case "chained":
            try:
                raise ValueError(NAME)
            except ValueError as error:
                raise RuntimeError(CPF) from error
        case "group":
            raise ExceptionGroup(NAME, [ValueError(CPF), KeyError(NAME)])


@router.get("/{chave}/atras")
async def behind(chave: str) -> None:
    """Errors that no request sees: in a task, in a thread, in a finalizer, as a warning."""

    async def broken() -> None:
        raise ValueError(chave)

    def thread() -> None:
        raise ValueError(NAME)

    class Finalized:
        def __del__(self) -> None:
            raise ValueError(CPF)

    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    del task
    running = Thread(target=thread)
    running.start()
    running.join()
    Finalized()
    warnings.warn(NAME, stacklevel=1)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    telemetry.close()


def create_app() -> telemetry.TelemetryMiddleware:
    telemetry.configure("api")
    app = FastAPI(lifespan=lifespan)
    v1 = APIRouter(prefix="/v1")
    v1.include_router(router)
    app.include_router(v1)
    app.add_api_websocket_route("/eco", echo)
    return telemetry.TelemetryMiddleware(app)
