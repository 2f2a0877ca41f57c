"""The page in a real browser: search, filters, links, paper, narrow screens, hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_command import invoke
from playwright.sync_api import Browser, Locator, Page, Request, expect

from browser import chromium
from factory import build, write_authorities

EVIL = "</script><img src=x onerror=document.title='tomado'>"
NCM = "Valor de NCM fora do formato do leiaute em todos os itens"
UCOM = "Falta uCom em todos os itens (ou está fora de ordem)"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of five notes: two with a wrong NCM (one of them hostile), one without uCom, one
    valid, one that is not judged."""
    root = tmp_path_factory.mktemp("pagina")
    folder, authorities, target = root / "notas", root / "ac", root / "p.html"
    for path in (folder, authorities):
        path.mkdir()
    write_authorities(authorities)
    notes = {
        "a": build("nfe", changes={"det[1]/prod/NCM": "1"}),
        "<img src=x onerror=document.title='tomado'>": build(
            "nfe", changes={"det[1]/prod/NCM": EVIL}
        ),
        "c": build("nfe", changes={"emit/CNPJ": "11222333000181"}, remove=["det[1]/prod/uCom"]),
        "d": build("nfe", protocol=True),
        "e": build("nfe", changes={"@versao": "3.10"}),
    }
    for name, data in notes.items():
        (folder / f"{name}.xml").write_bytes(data)
    invoke("validate", "--json", "--ac", authorities, "--html", target, folder)
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, page_file: Path) -> Iterator[Open]:
    """Opens the page; whatever its console says or it asks a network for fails the test."""
    troubles: list[str] = []
    contexts = []

    def note_request(request: Request) -> None:
        if not request.url.startswith("file:"):
            troubles.append(request.url)

    def opened(fragment: str = "", **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", note_request)
        page.goto(page_file.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


# Of what is not on the screen a browser renders, and so tells, no inner text.
def causes(page: Page) -> list[str]:
    return page.locator(".causa:visible .frase").all_text_contents()


def documents(page: Page) -> list[str]:
    return page.locator(".documento:visible .linha .arquivo").all_text_contents()


def cause(page: Page, sentence: str) -> Locator:
    return page.locator(".causa", has=page.get_by_text(sentence, exact=True))


def test_a_search_filters_causes_and_documents_as_one_types(open_page: Open) -> None:
    page = open_page()
    assert len(documents(page)) == 5
    page.keyboard.press("/")
    page.keyboard.type("nada disso")
    expect(page.locator(".causa:visible")).to_have_count(0)
    expect(page.get_by_text("Nenhuma causa com estes filtros.")).to_be_visible()
    page.get_by_role("button", name="Limpar filtros").click()
    page.keyboard.type("UCOM NAO previsto")
    expect(page.locator(".documento:visible")).to_have_count(1)
    assert causes(page) == [UCOM]
    assert documents(page) == ["c.xml"]
    expect(page.get_by_role("status")).to_have_text("Mostrando 1 causa e 1 de 5 documentos.")


def test_a_cnpj_is_found_with_and_without_its_mask(open_page: Open) -> None:
    page = open_page()
    for typed in ("11.222.333/0001-81", "11222333000181"):
        page.get_by_label("Buscar").fill(typed)
        expect(page.locator(".documento:visible")).to_have_count(1)


def test_verdicts_filter_documents_and_their_causes(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("não avaliados").check()
    assert documents(page) == ["e.xml"]
    assert len(causes(page)) == 1
    page.get_by_label("válidos", exact=True).check()
    assert documents(page) == ["d.xml"]
    assert causes(page) == []


def test_a_cause_shows_its_documents_and_the_address_keeps_it(open_page: Open) -> None:
    page = open_page()
    cause(page, UCOM).locator("summary").click()
    cause(page, UCOM).get_by_text("Ver o documento").click()
    expect(page.locator(".documento:visible")).to_have_count(1)
    assert documents(page) == ["c.xml"]
    fragment = "#" + page.url.split("#")[1]
    assert documents(open_page(fragment)) == ["c.xml"]
    page.go_back()
    expect(page.locator(".documento:visible")).to_have_count(5)


def test_the_address_of_a_cause_opens_it(open_page: Open) -> None:
    first = open_page()
    address = "#" + (cause(first, UCOM).get_attribute("id") or "")
    page = open_page(address)
    expect(cause(page, UCOM).get_by_text("Como corrigir:")).to_be_visible()
    expect(cause(page, UCOM)).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(open_page: Open) -> None:
    page = open_page()
    cause(page, UCOM).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(cause(page, UCOM).get_by_text("Como corrigir:")).to_be_visible()
    row = page.locator("details.documento summary").first
    row.focus()
    page.keyboard.press("Space")
    expect(page.locator("details.documento").first.get_by_text("Esperado").first).to_be_visible()


def test_hostile_names_and_texts_are_inert(open_page: Open) -> None:
    page = open_page()
    assert page.locator("img").count() == 0
    assert page.title().startswith("Causas: 5 documentos")
    assert "<img src=x onerror=document.title='tomado'>.xml" in documents(page)
    assert cause(page, NCM).get_by_text(EVIL).count() == 1


def test_the_policy_lets_no_other_script_run(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'tomado'";
            document.body.append(script);
        }"""
    )
    assert page.title() != "tomado"
    page.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_at_any_width(open_page: Open, width: int, scheme: str) -> None:
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(open_page: Open, scheme: str) -> None:
    """WCAG AA: 4.5 to 1."""
    page = open_page(color_scheme=scheme)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate(CONTRAST) == []


def test_without_javascript_everything_can_be_read(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator(".filtros")).to_be_hidden()
    cause(page, UCOM).locator("summary").click()
    expect(cause(page, UCOM).get_by_text("Como corrigir:")).to_be_visible()
    assert len(documents(page)) == 5


@pytest.mark.parametrize("script", [True, False])
def test_paper_has_everything_open_and_no_filters(open_page: Open, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    page.emulate_media(media="print")
    expect(page.locator(".filtros")).to_be_hidden()
    for node in page.locator(".causa .correcao, .documento .achados").all():
        expect(node).to_be_visible()
    assert re.search(rb"/Count \d", page.pdf(prefer_css_page_size=True))


CONTRAST = """() => {
    const light = ([r, g, b]) => {
        const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const parts = (color) => color.match(/[\\d.]+/g).map(Number);
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const color = parts(getComputedStyle(node).backgroundColor);
            if (color.length < 4 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    const weak = [];
    for (const node of document.querySelectorAll("body *")) {
        const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
        if (!own || !node.checkVisibility()) continue;
        const style = getComputedStyle(node);
        const [a, b] = [light(parts(style.color)), light(behind(node))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5 || style.opacity < 1) weak.push([node.className, node.textContent, ratio]);
    }
    return weak;
}"""
