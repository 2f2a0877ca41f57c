"""The gateway's code says of a credential and of a request id what the services say."""

from __future__ import annotations

import random
import re
import string
from itertools import product

import msgspec
from fastapi import Request

from fiscalxml_ops.gateway import scripts
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.operations import operations
from fiscalxml_ops.gateway.routes import routes
from fiscalxml_server.kit.api_keys import ALPHABET, new_key, parse
from fiscalxml_server.kit.errors import NaoAutenticado
from fiscalxml_server.kit.http.auth import credential_of
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.middleware import _sane_request_id

from .lua import STANDS_FOR_NGX, function_of, globals_while_loading

CASES = 4000
CREDENCIAL = f"{STANDS_FOR_NGX}\nlocal DESENVOLVIMENTO = false\n{scripts.text('credencial.lua')}"

# Names that Kong's sandbox has: kong/tools/sandbox/environment/{lua,handler}.lua (Apache-2.0).
SANDBOX = frozenset(
    (
        *("ngx.crc32_long", "ngx.re", "ngx.re.find", "ngx.time", "ngx.var"),
        *("ngx.var.request_id", "ngx.arg", "kong.ctx.shared.problema"),
        *("kong.request.get_header", "kong.request.get_headers", "kong.request.get_method"),
        *("kong.request.get_path", "kong.request.get_host"),
        *("kong.response.exit", "kong.response.get_source", "kong.response.get_status"),
        *("kong.response.get_header", "kong.response.set_header", "kong.response.clear_header"),
        *("kong.service.request.set_header", "kong.service.request.clear_header"),
        *("kong.router.get_route", "kong.client.get_credential", "kong.tracing.process_span"),
    )
)


def keys(chance: random.Random) -> list[str]:
    """Good ones, and each of many ways to be nearly one."""
    found = []
    for _ in range(CASES // 8):
        good = new_key(teste=chance.random() < 0.5)
        place = chance.randrange(len(good))
        other = chance.choice(string.printable + "é\xff\0")
        found += [
            good,
            good[:place] + other + good[place + 1 :],
            good[:place] + good[place + 1 :],
            good[:place] + other + good[place:],
            good[:-6] + "".join(chance.choices(ALPHABET, k=6)),
            good.swapcase(),
            "".join(chance.choices(string.printable, k=chance.randrange(60))),
            good.replace("_", chance.choice("-_ "), 1),
        ]
    return found


def test_a_key_is_well_formed_for_both_or_for_neither() -> None:
    its = function_of(f"{CREDENCIAL}\nreturn chave_bem_formada")
    asked = keys(random.Random(35))  # noqa: S311 - cases, not secrets
    expected = [parse(each) is not None for each in asked]
    differing = [each for each, mine in zip(asked, expected, strict=True) if its(each) != mine]
    assert not differing
    assert CASES // 8 < sum(expected) < CASES // 2


def test_a_request_id_is_taken_by_both_or_by_neither() -> None:
    head = scripts.text("pedido.lua").partition("local function tem")[0]
    its = function_of(f"{head}\nreturn identificador_aceito")
    chance = random.Random(9)  # noqa: S311 - cases, not secrets
    letters = "0123456789abcdefABCDEF-._:/{} gZé"
    asked = [
        "".join(chance.choices(letters[: chance.randrange(10, 34)], k=chance.randrange(5, 70)))
        for _ in range(CASES)
    ] + ["fx_live_x", "fx_test_12345678", "fx_dev_abcdef", "52998224725", "529.982.247-25"]
    expected = [bool(_sane_request_id(each)) for each in asked]
    differing = [each for each, mine in zip(asked, expected, strict=True) if its(each) != mine]
    assert not differing
    assert 100 < sum(expected) < CASES - 100


def test_headers_show_a_credential_to_both_or_to_neither() -> None:
    its = function_of(
        f"""{CREDENCIAL}
        return function(key, given)
          return (mostrada({{ ["x-api-key"] = key, ["authorization"] = given }}))
        end"""
    )
    values = [
        *(None, "", " ", "Bearer", "Bearer ", "Basic x", "bearer a.b.c", "Bearer  a.b.c "),
        *("BEARER x", "Bearer\ta.b.c", "x" * 8192, "Bearer " + "x" * 8193, "a b"),
        new_key(teste=False),
    ]
    for key, given in product(values, values):
        assert its(key, given) == shown(key, given), (key, given)


def shown(key: str | None, given: str | None) -> str | None:
    """The credential that the services see."""
    pairs = ((b"x-api-key", key), (b"authorization", given))
    headers = [(name, value.encode("latin-1")) for name, value in pairs if value is not None]
    try:
        return credential_of(Request({"type": "http", "headers": headers}))
    except NaoAutenticado:
        return None


def test_the_code_compiles_and_uses_only_what_kongs_sandbox_has() -> None:
    rotas = routes(operations(Settings.model_construct()))
    for chunk in msgspec.structs.astuple(scripts.chunks(Instalacao(), rotas)):
        assert globals_while_loading(chunk) == []
        code = re.sub(r"--[^\n]*|\"(?:[^\"\\\\]|\\\\.)*\"", "", chunk)
        used = set(re.findall(r"\b(?:ngx|kong)(?:\.[a-z0-9_]+)+", code))
        assert used <= SANDBOX, used - SANDBOX
        assert not re.search(r"\b(?:require|io|os|loadstring|setmetatable|rawset|_G)\b", code)


def test_no_span_leaves_with_what_tells_of_a_person() -> None:
    rotas = routes(operations(Settings.model_construct()))
    its = function_of(
        f"""
        local span = {{ attributes = {{
          ["http.url"] = "https://api/v1/documentos?emitente=52998224725",
          ["net.peer.ip"] = "198.51.100.7", ["http.client_ip"] = "198.51.100.7",
          ["http.method"] = "GET",
        }} }}
        function span:set_attribute(name, value) self.attributes[name] = value end
        kong = {{ tracing = {{ process_span = function(each) each(span) end }} }}
        local rastro = (function() {scripts.chunks(Instalacao(), rotas).rastro} end)()
        return function()
          rastro()
          local left = {{}}
          for name in pairs(span.attributes) do left[#left + 1] = name end
          return table.concat(left, " ")
        end"""
    )
    assert its() == "http.method"
