"""URLs of subscriptions: what they are, whatever they look like."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.envio.destinos import Regras, UrlRecusada, read_url

PRODUCTION = Regras(ports=frozenset({443, 8443}))


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("https://erp.example.com.br/avisos?a=1", "https://erp.example.com.br/avisos?a=1", None),
        ("HTTPS://ERP.Example.COM", "https://erp.example.com", "erp.example.com"),
        ("https://erp.example.com:8443/x", "https://erp.example.com:8443/x", None),
        ("https://ação.com.br/é", "https://xn--ao-siap.com.br/%C3%A9", "xn--ao-siap.com.br"),
        ("https://faß.de/", "https://xn--fa-hia.de/", "xn--fa-hia.de"),
        ("https://a_b.example.com/", "https://a_b.example.com/", "a_b.example.com"),
        ("https://8.8.8.8/", "https://8.8.8.8/", "8.8.8.8"),
        ("https://[2606:4700::0001]/", "https://[2606:4700::1]/", "2606:4700::1"),
        ("https://localhost/", "https://localhost/", "localhost"),
    ],
)
def test_it_is_read_as_it_is_sent(text: str, url: str, host: str | None) -> None:
    destino = read_url(text, PRODUCTION)

    assert str(destino.url) == url
    assert host is None or destino.host == host
    assert destino.url.raw_host == destino.host


@pytest.mark.parametrize(
    "text",
    [
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://0300.0250.1.1/",
        "https://010.8.8.8/",
        "https://127.0.0.1./",
        "https://%31%32%37.0.0.1/",
        "https://1.2.3.4.5/",
        "https://999.1.1.1/",
        "https://0x/",
        "https://example.com.0x1/",
        "https://１２７.0.0.1/",
        "https://①②⑦.⓪.0.1/",
        "https://127。0。0。1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1].com/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://0/",
        "https://0.0.0.0/",
    ],
)
def test_an_address_in_any_spelling_is_what_it_is(text: str) -> None:
    with pytest.raises(UrlRecusada):
        read_url(text, PRODUCTION)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https",
        "https:",
        "https://",
        "https:///caminho",
        "https:erp.example.com",
        "//erp.example.com/",
        "erp.example.com",
        "http://erp.example.com/",
        "ftp://erp.example.com/",
        "file:///etc/passwd",
        "gopher://erp.example.com/",
        "javascript:alert(1)",
        "https://user@erp.example.com/",
        "https://user:senha@erp.example.com/",
        "https://@erp.example.com/",
        "https://erp.example.com\\@evil.example/",
        "https://erp.example.com:443@evil.example/",
        "https://erp.example.com#@evil.example/",
        "https://erp.example.com/#fragmento",
        "https://erp.example.com./",
        "https://erp..example.com/",
        "https://.example.com/",
        "https://-a.example.com/",
        "https://erp.example.com%00.evil.example/",
        "https://erp.example.com%2f.evil.example/",
        "https://erp exemplo.com/",
        "https://erp.example.com/a b",
        "https://erp.example.com/\r\nX-Header: 1",
        "https://erp.example.com/\x00",
        "https://erp.example.com/\u00a0",
        "https://\u202eerp.example.com/",
        "https://erp.example.com:22/",
        "https://erp.example.com:0/",
        "https://erp.example.com:65536/",
        "https://erp.example.com:-1/",
        "https://erp.example.com:443:443/",
        "https://erp.example.com:https/",
        f"https://{'a' * 64}.example.com/",
        f"https://{'a.' * 130}com/",
        f"https://erp.example.com/{'a' * 2048}",
        "https://[::1/",
        "https://[zz]/",
        "https://*.example.com/",
        "https://erp.example.com,evil.example/",
        "https://erp.example.com;a/",
    ],
)
def test_what_is_no_plain_url_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(UrlRecusada) as refusal:
        read_url(text, PRODUCTION)

    assert str(refusal.value).endswith(".")


def test_an_installation_may_allow_http_ports_and_networks() -> None:
    developer = Regras(http=True, networks=frozenset({ip_network("127.0.0.0/8")}))

    assert read_url("http://127.0.0.1:3000/hook", developer).ip == ip_address("127.0.0.1")
    with pytest.raises(UrlRecusada, match="rede privada"):
        read_url("http://10.0.0.1:3000/hook", developer)


def test_by_a_proxy_goes_https_only() -> None:
    settings = Settings(webhooks_http=True, webhooks_proxy="http://proxy:3128")  # type: ignore[arg-type]

    assert Regras.of(Settings(webhooks_http=True)).http
    assert not Regras.of(settings).http
