#!/usr/bin/env python3
"""Confere uma exportação da auditoria da API Fiscal XML, sem nada do serviço.

    pip install cryptography
    python verificar.py auditoria.jsonl --chaves chaves.json [--pontos PASTA]

Com vários arquivos da mesma organização, confere também que contam a mesma história.

--chaves   o que /.well-known/fiscalxml-auditoria.json deu, guardado antes, longe de quem se confere
--pontos   pasta com os pontos de controle (*.jws) que se guardou

Termina com 0 se tudo confere, 1 se algo foi alterado e 2 se não foi possível conferir.
O formato está em docs/auditoria.md. Só depende de `cryptography`; não usa código do serviço.
"""

import argparse
import base64
import hashlib
import json
import sys
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

INICIO = "00" * 32
VAZIO = hashlib.sha256(b"").hexdigest()
FOLGA = timedelta(minutes=10)  # mais do que um registro leva para ser gravado
EPOCA = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - roda em qualquer Python 3.9
APAGAMENTO = "auditoria.detalhes_apagados"


class NaoConferido(Exception):
    """Não dá para dizer se algo foi alterado."""


def sha256(*partes):
    return hashlib.sha256(b"".join(partes)).digest()


def instante(texto):
    return None if texto is None else datetime.fromisoformat(texto.replace("Z", "+00:00"))


def texto(valor):
    dados = valor.encode()
    return len(dados).to_bytes(4, "big") + dados


# ---------------------------------------------------------------- pontos de controle


def b64(valor):
    return base64.urlsafe_b64decode(valor + "=" * (-len(valor) % 4))


def ler_chaves(caminho):
    chaves = {}
    for jwk in json.loads(caminho.read_text())["keys"]:
        x, y = (int.from_bytes(b64(jwk[eixo]), "big") for eixo in "xy")
        chaves[jwk["kid"]] = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    return chaves


def ler_ponto(jws, chaves):
    """O que um ponto de controle diz; None se a assinatura não é de uma das chaves."""
    try:
        cabecalho, corpo, assinatura = jws.split(".")
        dito = json.loads(b64(cabecalho))
        rs = b64(assinatura)
        if dito["alg"] != "ES256" or dito["typ"] != "fiscalxml-ponto" or len(rs) != 64:
            return None
        r, s = int.from_bytes(rs[:32], "big"), int.from_bytes(rs[32:], "big")
        chaves[dito["kid"]].verify(
            encode_dss_signature(r, s), f"{cabecalho}.{corpo}".encode(), ec.ECDSA(SHA256())
        )
        return json.loads(b64(corpo))
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return None


def ler_pasta(pasta, chaves, achados):
    """Os pontos guardados, por número: assinados, sem falta, cada um continuando o anterior."""
    jws_de, pontos, antes = {}, {}, None
    for arquivo in sorted(pasta.rglob("*.jws"), key=lambda cada: int(cada.stem)):
        numero, jws = int(arquivo.stem), arquivo.read_text("ascii")
        jws_de[numero] = jws
        ponto = ler_ponto(jws, chaves)
        if ponto is None:
            achados.append(f"ponto {numero}: a assinatura não confere com as chaves públicas")
        elif ponto["numero"] != numero:
            achados.append(f"ponto {numero}: diz ser o {ponto['numero']}")
        else:
            pontos[numero] = ponto
            if antes is not None and antes[0] != numero - 1:
                achados.append(f"ponto {numero}: faltam os anteriores, desde o {antes[0] + 1}")
            elif antes is not None and ponto["anterior"] != antes[1]:
                achados.append(f"ponto {numero}: não continua o anterior: há duas histórias")
            elif numero == 1 and ponto["anterior"] != INICIO:
                achados.append("ponto 1: não é o primeiro")
        antes = (numero, hashlib.sha256(jws.encode()).hexdigest())
    return jws_de, pontos


def raiz(folha, indice, tamanho, caminho):
    """RFC 9162, 2.1.3.2: a raiz a que uma folha e o seu caminho levam."""
    if not 0 <= indice < tamanho:
        return None
    fn, sn, r = indice, tamanho - 1, folha
    for p in caminho:
        if sn == 0:
            return None
        if fn % 2 == 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn // 2, sn // 2
    return r if sn == 0 else None


# ---------------------------------------------------------------- a cadeia


def ler_exportacao(caminho):
    linhas = []
    with caminho.open(encoding="utf-8") as arquivo:
        for n, linha in enumerate(arquivo, 1):
            try:
                linhas.append(json.loads(linha))
            except ValueError:
                raise NaoConferido(f"a linha {n} não é JSON") from None
    if not linhas or linhas[0].get("tipo") != "cabecalho" or linhas[0].get("formato") != 1:
        raise NaoConferido("não é uma exportação da auditoria deste formato")
    prova = linhas.pop() if linhas[-1].get("tipo") == "prova" else None
    registros = linhas[1:]
    if any(cada.get("tipo") != "registro" for cada in registros):
        raise NaoConferido("há linhas que não são registros entre os registros")
    return linhas[0], registros, prova


def explicado(registro, apagamentos):
    """Se um registro posterior diz que os detalhes deste foram apagados."""
    for numero, alvo in apagamentos:
        if numero <= registro["numero"]:
            continue
        if alvo.startswith("ate:"):
            if instante(registro["quando"]) < instante(alvo[4:]):
                return True
        elif alvo in (registro["ator"], registro["alvo"]):
            return True
    return False


def impressao(r):
    return sha256(bytes.fromhex(r["sal"]), r["detalhes"].encode()).hex()


def conferir_registro(r, organizacao, elo, achados):
    """O registro continua o anterior, cujo elo se dá, e os seus detalhes são os que se escreveu."""
    momento = instante(r["quando"])
    if r["micros"] != (momento - EPOCA) // timedelta(microseconds=1):
        achados.append(f"registro {r['numero']}: o instante que mostra não é o que se conferiu")
    esperado = sha256(
        bytes.fromhex(elo),
        organizacao,
        r["numero"].to_bytes(8, "big"),
        r["micros"].to_bytes(8, "big"),
        texto(r["ator"]),
        texto(r["acao"]),
        texto(r["alvo"]),
        bytes.fromhex(r["impressao"]),
    ).hex()
    if esperado != r["elo"]:
        achados.append(f"registro {r['numero']}: o elo não confere: ele ou o anterior mudou")
    if r["detalhes"] is not None and r["impressao"] != impressao(r):
        achados.append(f"registro {r['numero']}: os detalhes foram alterados")


def conferir_cadeia(cabecalho, registros, achados):
    """Todos os registros, um depois do outro, do começo ao fim que o cabeçalho diz."""
    organizacao = uuid.UUID(cabecalho["organizacao"]).bytes
    elo, numero, quando = cabecalho["elo_anterior"], cabecalho["primeiro"], EPOCA
    if numero == 1 and elo != INICIO:
        achados.append("a cadeia não começa pelo começo")
    for r in registros:
        if r["numero"] != numero:
            achados.append(f"registro {r['numero']}: devia ser o {numero}: falta, sobra ou trocou")
        if instante(r["quando"]) < quando:
            achados.append(f"registro {r['numero']}: é de antes do anterior")
        conferir_registro(r, organizacao, elo, achados)
        elo, numero, quando = r["elo"], r["numero"] + 1, instante(r["quando"])
    if numero != max(cabecalho["ultimo"] + 1, cabecalho["primeiro"]):
        achados.append(f"o arquivo acaba no {numero - 1} e devia ir até o {cabecalho['ultimo']}")
    if registros and cabecalho["primeiro"] > 1:
        de = instante(cabecalho["de"])
        if de is None or instante(registros[0]["quando"]) >= de:
            achados.append("o período começa antes do que o arquivo traz")


def conferir_apagados(cabecalho, registros, achados, avisos):
    """Detalhes só faltam onde um registro diz que foram apagados."""
    apagamentos = [(r["numero"], r["alvo"]) for r in registros if r["acao"] == APAGAMENTO]
    faltam = [
        r["numero"]
        for r in registros
        if r["detalhes"] is None and r["impressao"] != VAZIO and not explicado(r, apagamentos)
    ]
    if faltam:
        dito = f"detalhes apagados sem um registro do apagamento: {faltam[:10]}"
        # O de um período que passou pode ter sido escrito depois dele.
        (achados if cabecalho["ate"] is None else avisos).append(dito)


def conferir_prova(cabecalho, registros, prova, ponto, achados, avisos):
    """O ponto de controle viu esta cadeia: a sua raiz sai do registro que a prova diz."""
    folha = sha256(
        b"\x00",
        uuid.UUID(cabecalho["organizacao"]).bytes,
        prova["numero"].to_bytes(8, "big"),
        bytes.fromhex(prova["elo"]),
    )
    caminho = [bytes.fromhex(passo) for passo in prova["caminho"]]
    vista = raiz(folha, prova["indice"], ponto["cadeias"], caminho)
    if vista is None or vista.hex() != ponto["raiz"]:
        achados.append(f"a prova não leva ao ponto {ponto['numero']}: ele viu outra cadeia")
    if [r["elo"] for r in registros if r["numero"] == prova["numero"]] != [prova["elo"]]:
        achados.append(
            f"registro {prova['numero']}: não é o que o ponto {ponto['numero']} viu: a cadeia foi "
            "reescrita ou cortada"
        )
    depois = [r for r in registros if r["numero"] > prova["numero"]]
    for r in depois:
        if instante(r["quando"]) < instante(ponto["quando"]) - FOLGA:
            achados.append(f"registro {r['numero']}: o ponto devia tê-lo visto, e não viu")
    if depois:
        avisos.append(f"{len(depois)} registros ainda sem ponto de controle, só encadeados")


def conferir_ponto(cabecalho, jws, ponto, guardados, achados, avisos):
    """O ponto de controle é o que devia ser: o que se guardou, e recente o bastante."""
    jws_de, pontos = guardados
    ultimo = pontos[max(pontos)] if pontos else None
    if jws_de.get(ponto["numero"], jws) != jws:
        achados.append(f"há duas versões do ponto {ponto['numero']}: a história foi bifurcada")
    ate, quando = instante(cabecalho["ate"]), instante(ponto["quando"])
    if ate is not None and quando > ate:
        return
    if ultimo is not None and ponto["numero"] < ultimo["numero"]:
        achados.append(
            f"o arquivo se prova pelo ponto {ponto['numero']}, e já há o {ultimo['numero']}: pode "
            "faltar o fim"
        )
    elif ultimo is None and instante(cabecalho["gerado_em"]) - quando > timedelta(hours=2):
        avisos.append(f"o último ponto de controle é de {quando:%d/%m/%Y %H:%M} (UTC)")


def conferir(arquivo, chaves, guardados, achados, avisos):
    """Tudo; diz de quem é e quantos registros são."""
    cabecalho, registros, prova = ler_exportacao(arquivo)
    conferir_cadeia(cabecalho, registros, achados)
    conferir_apagados(cabecalho, registros, achados, avisos)
    if prova is None:
        gerado = instante(cabecalho["gerado_em"]) - FOLGA
        if any(instante(ponto["quando"]) < gerado for ponto in guardados[1].values()):
            achados.append("o arquivo não traz prova, e há pontos de controle")
        else:
            avisos.append("nenhum ponto de controle viu esta cadeia ainda")
    elif (ponto := ler_ponto(prova["ponto"], chaves)) is None:
        achados.append("a assinatura do ponto de controle do arquivo não confere")
    else:
        conferir_prova(cabecalho, registros, prova, ponto, achados, avisos)
        conferir_ponto(cabecalho, prova["ponto"], ponto, guardados, achados, avisos)
    return cabecalho["organizacao"], {r["numero"]: r["elo"] for r in registros}


def comparar(lidos, achados):
    """O que dois arquivos de uma organização têm em comum é igual."""
    vistos = {}
    for organizacao, elos in lidos:
        for numero, elo in elos.items():
            if vistos.setdefault((organizacao, numero), elo) != elo:
                achados.append(f"registro {numero}: os arquivos contam histórias diferentes")
                break


def main():
    leitor = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    leitor.add_argument("arquivos", type=Path, nargs="+", metavar="arquivo")
    leitor.add_argument("--chaves", type=Path, required=True)
    leitor.add_argument("--pontos", type=Path)
    pedido = leitor.parse_args()
    achados, avisos = [], []
    try:
        chaves = ler_chaves(pedido.chaves)
        guardados = ler_pasta(pedido.pontos, chaves, achados) if pedido.pontos else ({}, {})
        lidos = [conferir(cada, chaves, guardados, achados, avisos) for cada in pedido.arquivos]
        comparar(lidos, achados)
    except NaoConferido as erro:
        print(f"não conferido: {erro}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as erro:
        print(f"não conferido: {type(erro).__name__}: {erro}", file=sys.stderr)
        return 2
    for cada in achados:
        print(f"ALTERADO: {cada}")
    for cada in avisos:
        print(f"aviso: {cada}")
    print(
        f"{sum(len(elos) for _, elos in lidos)} registros:",
        f"{len(achados)} problemas" if achados else "nada foi alterado",
    )
    return 1 if achados else 0


if __name__ == "__main__":
    sys.exit(main())
