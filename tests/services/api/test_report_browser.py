"""Pages of the service in a real browser: hostile documents stay text, nothing else is reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from browser import chromium
from factory import build
from factory.documents import chave_of
from services.servico import ZIP, Servico, zipped

EVIL = "</style><img src=x onerror=document.title='tomado'>"
NAME = "\"><svg onload=document.title='tomado'>.xml"
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def hostile() -> bytes:
    """A note whose texts are markup, and long."""
    changes = {
        "det[1]/prod/NCM": EVIL,
        "det[1]/prod/xProd": f"{EVIL} {'A' * 90}",
        "dest/xNome": EVIL,
        "ide/natOp": EVIL,
    }
    return build("nfe", itens=3, changes=changes)


@pytest.fixture(scope="module")
def lote(servico: Servico, hostile: bytes) -> dict[str, Any]:
    """The hostile note under a hostile name, and a good one."""
    good = build("nfe", changes={"ide/nNF": "2"}, protocol=True)
    archive = zipped({NAME: hostile, "boa.xml": good})
    sent = servico.request("POST", "/v1/lotes", content=archive, headers=ZIP, params={"nome": EVIL})
    servico.work()
    found: dict[str, Any] = sent.json()
    return found


@pytest.fixture(scope="module")
def browser(storing: str, lote: dict[str, Any]) -> Iterator[Browser]:  # noqa: ARG001
    """Started when all else is: beside its event loop no other one runs."""
    with chromium() as found:
        yield found


@pytest.fixture(params=WIDTHS, ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, servico: Servico) -> Iterator[Page]:
    """A page of some width; any error of it fails the test."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 900},
        extra_http_headers={"Authorization": f"Bearer {servico.chave}"},
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


def opened(page: Page, address: str) -> list[str]:
    """Open a page; gives what else it asked for."""
    others: list[str] = []

    def note(request: Request) -> None:
        if request.url != address:
            others.append(request.url)

    page.on("request", note)
    page.goto(address)
    return others


def is_as_wide_as_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_page_of_a_hostile_document_shows_its_texts(
    page: Page, storing: str, hostile: bytes
) -> None:
    chave = chave_of(hostile)
    others = opened(page, f"{storing}/v1/documentos/{chave}/relatorio?formato=html")
    assert others == []
    expect(page).to_have_title(re.compile("NF-e 4.00 nº 1001 série 1: inválido"))
    expect(page.locator(".encontrado dd", has_text=EVIL)).not_to_have_count(0)
    expect(page.locator(".pessoas")).to_contain_text(EVIL)
    expect(page.locator(".ficha")).to_contain_text("svg onload")
    expect(page.locator("img, svg, script")).to_have_count(0)
    assert is_as_wide_as_the_screen(page)


def test_the_page_of_a_lote_shows_hostile_names_and_works(
    page: Page, storing: str, lote: dict[str, Any]
) -> None:
    others = opened(page, f"{storing}/v1/lotes/{lote['id']}/causas?formato=html")
    assert others == []
    expect(page).to_have_title(re.compile("^Causas: 2 documentos fiscais"))
    expect(page.locator("header.topo")).to_contain_text(EVIL)
    expect(page.locator(".documentos")).to_contain_text(NAME)
    expect(page.locator("img")).to_have_count(0)
    page.fill("#busca", "boa.xml")
    expect(page.locator(".documento:visible")).to_have_count(1)
    expect(page.locator("#estado")).to_contain_text("1 de 2 documentos")
    page.click("#limpar")
    expect(page.locator(".documento:visible")).to_have_count(2)
    page.locator(".causa .ver").first.click()
    expect(page.locator("#estado")).to_contain_text("Mostrando 1 causa")
    assert is_as_wide_as_the_screen(page)


def test_a_page_knows_nothing_of_the_service_s_other_pages(
    page: Page, storing: str, lote: dict[str, Any]
) -> None:
    """Even markup that got through could not read a key that the documentation keeps."""
    opened(page, f"{storing}/v1/lotes/{lote['id']}/causas?formato=html")
    assert page.evaluate("window.origin") == "null"
    denied = "() => { try { return String(localStorage.length) } catch (e) { return e.name } }"
    assert page.evaluate(denied) == "SecurityError"


def test_a_browser_that_asks_for_a_report_gets_a_page(
    page: Page, storing: str, hostile: bytes
) -> None:
    answer = page.goto(f"{storing}/v1/documentos/{chave_of(hostile)}/relatorio")
    assert answer is not None
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
