"""/docs in a real browser: it shows the API in Portuguese and loads nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from scripts.build_openapi import API

from browser import chromium

from .running import CHAVE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, service: str) -> Iterator[Page]:
    """The page, opened; any error of it, or a request to another host, fails the test."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((service, "data:")) else wrong.append(request.url)
        ),
    )
    page.goto(f"{service}/docs")
    yield page
    page.close()
    assert wrong == []


def test_every_operation_is_there(page: Page) -> None:
    published = json.loads(API.read_bytes())["paths"].values()
    operations = [operation for path in published for operation in path]
    expect(page.locator(".opblock")).to_have_count(len(operations))
    expect(page.locator(".opblock-summary-path").first).to_have_text("/v1/validacoes")


def test_an_operation_is_told_with_its_example_and_in_portuguese(page: Page) -> None:
    page.click("#operations-validacoes-validarDocumento")
    body = page.locator(".opblock-section-request-body")
    expect(body).to_contain_text("Corpo da requisição")
    expect(body).to_contain_text("</NFe>")
    for words in ("Parâmetros", "Respostas", "Experimentar"):
        expect(page.locator(".opblock-body")).to_contain_text(words)


def test_a_note_can_be_tried_from_the_page(page: Page) -> None:
    page.click("button.authorize")
    page.locator(".auth-container input").first.fill(CHAVE)
    page.locator(".auth-btn-wrapper button.authorize").first.click()
    page.locator("button.btn-done").first.click()
    page.click("#operations-validacoes-validarDocumento")
    page.click(".try-out__btn")
    page.click("button.execute")
    expect(
        page.locator(".live-responses-table .response > .response-col_status").first
    ).to_have_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text('"veredito": "valido"')


def test_a_lote_is_chosen_as_a_file(page: Page) -> None:
    page.click("#operations-lotes-enviarLote")
    page.click("#operations-lotes-enviarLote .try-out__btn")
    expect(page.locator(".opblock-section-request-body input[type=file]")).to_have_count(1)


def test_the_page_is_dark_where_the_reader_wants_it_so(browser: Browser, service: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{service}/docs")
    expect(page.locator("html")).to_have_class("dark-mode")
    page.close()


def test_the_address_alone_leads_to_the_page(anonymous: httpx2.Client) -> None:
    response = anonymous.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "docs")


def test_the_page_may_run_only_its_own_scripts(anonymous: httpx2.Client) -> None:
    policy = anonymous.get("/docs").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy


def test_the_assets_are_served_with_their_types(anonymous: httpx2.Client) -> None:
    for name, media_type in [
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("docs.js", "text/javascript"),
        ("docs.css", "text/css"),
    ]:
        asset = anonymous.get(f"/docs/{name}")
        assert asset.status_code == 200
        assert asset.headers["content-type"].startswith(media_type)
