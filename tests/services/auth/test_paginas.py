"""The pages of e-mails' links in a real browser, before the service as it runs."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator

import httpx2
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from browser import chromium
from fiscalxml_server.kit.rbac import Papel
from ports import free_port
from services.api.running import GRANIAN

from .accounts import SENHA, Gente, code_of, new_email, new_owner, sign_up
from .portal import Portal

OUTRA = "cinco barcos na lagoa verde"


class Cartas:
    """Codes of e-mails that were sent before any browser is there."""

    def __init__(self, portal: Portal) -> None:
        self.cadastro, self.convite = new_email(), new_email()
        sign_up(portal, self.cadastro)
        self.do_cadastro = code_of(portal, self.cadastro)
        dono = new_owner(portal)
        self.do_convite = dono.invite(Papel.LEITOR, self.convite)
        self.dono = dono.email
        portal.request("POST", "/v1/senha/esquecida", json={"email": self.dono})
        self.da_senha = code_of(portal, self.dono)
        self.bia, self.protegida = new_owner(portal), new_owner(portal)
        self.da_bia = dono.invite(Papel.LEITOR, self.bia.email)
        self.da_protegida = dono.invite(Papel.LEITOR, self.protegida.email)
        self.de_ninguem = dono.invite(Papel.LEITOR)
        self.recuperacao = _protect(self.protegida)
        self.email_novo, self.email_do_ladrao = new_email(), new_email()
        self.muda, self.volta = new_owner(portal), new_owner(portal)
        self.do_email_novo, _ = _other_email(self.muda, self.email_novo)
        _, self.do_email_anterior = _other_email(self.volta, self.email_do_ladrao)


@pytest.fixture(scope="module")
def cartas(portal: Portal) -> Cartas:
    return Cartas(portal)


@pytest.fixture(scope="module")
def address(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server process on the same database."""
    port, folder = free_port(), tmp_path_factory.mktemp("servidor")
    values = {f"FISCALXML_{name.upper()}": str(value) for name, value in portal.values.items()}
    with (folder / "servidor.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(str(GRANIAN), "--interface", "asgi", "--factory", "--port", str(port)),
                *("--workers", "1", "--no-ws", "fiscalxml_server.auth.app:create_app"),
            ],
            env={**os.environ, **values},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _ready(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser(address: str, cartas: Cartas) -> Iterator[Browser]:  # noqa: ARG001 - come before it
    """Nothing of `portal` runs while it is there: both have an event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new page; an error of its script, or a request to elsewhere, fails the test."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((address, "data:")) else wrong.append(request.url)
        ),
    )
    yield page
    page.close()
    assert wrong == []


def test_a_sign_up_is_confirmed(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/cadastro/confirmacao#codigo={cartas.do_cadastro}")
    expect(page).to_have_url(f"{address}/cadastro/confirmacao")  # the code is not left there
    page.get_by_label("Senha").fill("a senha de outra pessoa")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("O código não existe"))
    page.get_by_label("Senha").fill(SENHA)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("A sua conta está aberta"))
    assert _enters(address, cartas.cadastro, SENHA)


def test_an_invitation_is_accepted(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/convite#codigo={cartas.do_convite}")
    page.get_by_label("Nome").fill("Bia Souza")
    page.get_by_label("Senha, de 12").fill(cartas.convite.ljust(12, "a"))
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("fáceis de adivinhar"))
    page.get_by_label("Senha, de 12").fill(SENHA)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("O convite foi aceito"))
    assert _enters(address, cartas.convite, SENHA)


def test_who_has_an_account_accepts_by_signing_in(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/convite#codigo={cartas.da_bia}")
    page.get_by_text("Já tenho uma conta").click()
    page.get_by_label("E-mail").fill(cartas.bia.email)
    page.get_by_label("Senha", exact=True).fill("a senha de outra pessoa")
    page.get_by_role("button", name="Entrar e aceitar").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("e-mail ou a senha"))
    page.get_by_label("Senha", exact=True).fill(SENHA)
    page.get_by_role("button", name="Entrar e aceitar").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("O convite foi aceito"))
    expect(page.get_by_role("button")).to_be_hidden()
    entered = _enter(address, cartas.bia.email, SENHA).json()
    assert {each["papel"] for each in entered["organizacoes"]} == {"dono", "leitor"}
    # The page has left no session behind.
    mine = {"Authorization": f"Bearer {entered['acesso']}"}
    open_ones = httpx2.get(f"{address}/v1/sessoes", headers=mine).json()["itens"]
    assert [each["atual"] for each in open_ones] == [True]


def test_who_has_a_second_factor_is_asked_for_it(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/convite#codigo={cartas.da_protegida}")
    page.get_by_text("Já tenho uma conta").click()
    page.get_by_label("E-mail").fill(cartas.protegida.email)
    page.get_by_label("Senha", exact=True).fill(SENHA)
    expect(page.get_by_label("Código")).to_be_hidden()
    page.get_by_role("button", name="Entrar e aceitar").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("Informe também o código"))
    for codigo, told in (("000000", "não confere"), (cartas.recuperacao, "O convite foi aceito")):
        page.get_by_label("Código").fill(codigo)
        page.get_by_role("button", name="Entrar e aceitar").click()
        expect(page.get_by_role("status")).to_have_text(re.compile(told))


def test_an_invitation_for_another_account_is_not_accepted(
    page: Page, address: str, cartas: Cartas
) -> None:
    page.goto(f"{address}/convite#codigo={cartas.de_ninguem}")
    page.get_by_text("Já tenho uma conta").click()
    page.get_by_label("E-mail").fill(cartas.bia.email)
    page.get_by_label("Senha", exact=True).fill(SENHA)
    page.get_by_role("button", name="Entrar e aceitar").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("O convite é para outro e-mail"))


def test_another_e_mail_is_confirmed(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/conta/email#codigo={cartas.do_email_novo}")
    expect(page).to_have_url(f"{address}/conta/email")
    page.get_by_label("Senha").fill(SENHA)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("agora é este"))
    assert _enters(address, cartas.email_novo, SENHA)


def test_another_e_mail_is_undone(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/conta/email/anterior#codigo={cartas.do_email_anterior}")
    assert _enters(address, cartas.volta.email, SENHA)  # to open the page undoes nothing
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("usa de novo este e-mail"))
    assert not _enters(address, cartas.volta.email, SENHA)


def test_another_password_is_chosen(page: Page, address: str, cartas: Cartas) -> None:
    page.goto(f"{address}/senha/nova#codigo={cartas.da_senha}")
    page.get_by_label("Senha nova").fill(OUTRA)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("A senha mudou"))
    assert _enters(address, cartas.dono, OUTRA)


def test_another_password_is_asked_for(page: Page, address: str) -> None:
    page.goto(f"{address}/senha/esquecida")
    page.get_by_label("E-mail").fill(new_email())
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("Se há uma conta"))


@pytest.mark.parametrize(
    "path",
    ["cadastro/confirmacao", "convite", "senha/nova", "conta/email", "conta/email/anterior"],
)
def test_without_a_code_there_is_nothing_to_send(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}#codigo=")
    expect(page.get_by_role("status")).to_have_text(re.compile("falta o código"))
    expect(page.get_by_role("button")).to_be_hidden()


def test_what_stands_in_the_address_is_no_part_of_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}/convite#codigo=<img src=x onerror=document.title='feito'>")
    page.get_by_label("Nome").fill("<b>Bia</b>")
    page.get_by_label("Senha, de 12").fill(SENHA)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("O código não existe"))
    expect(page).not_to_have_title("feito")


@pytest.mark.parametrize(
    "path",
    [
        *("cadastro/confirmacao", "convite", "senha/nova", "senha/esquecida"),
        *("conta/email", "conta/email/anterior"),
    ],
)
def test_a_page_runs_its_own_script_alone_and_in_no_frame(address: str, path: str) -> None:
    answer = httpx2.get(f"{address}/{path}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<script(?! src)|style=|\son\w+=", answer.text)
    known = {"If-None-Match": answer.headers["etag"]}
    assert httpx2.get(f"{address}/{path}", headers=known).status_code == 304
    assert httpx2.get(f"{address}/paginas/..%2fendpoints.py").status_code == 404


def _enters(address: str, email: str, senha: str) -> bool:
    return _enter(address, email, senha).status_code == 201


def _enter(address: str, email: str, senha: str) -> httpx2.Response:
    asked = {"email": email, "senha": senha}
    return httpx2.post(f"{address}/v1/sessoes", json=asked, timeout=20)


def _protect(gente: Gente) -> str:
    """Turn on codes after the password; gives one for whoever has lost them."""
    segredo = gente.asks("POST", "/v1/fatores/totp").json()["segredo"]
    body = {"codigo": pyotp.TOTP(segredo).now()}
    codes = gente.asks("POST", "/v1/fatores/totp/confirmacao", json=body).json()["codigos"]
    return str(codes[0])


def _other_email(gente: Gente, email: str) -> tuple[str, str]:
    """Ask for it; gives what the new and the old address got."""
    assert gente.asks("POST", "/v1/conta/email", json={"email": email}).status_code == 202
    return code_of(gente.portal, email), code_of(gente.portal, gente.email)


def _ready(address: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            if httpx2.get(f"{address}/pronto", timeout=1).status_code == 200:
                return address
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")
