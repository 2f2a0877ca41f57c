"""Sign-up, and a person's own account.

Nobody becomes a person before the e-mail is confirmed: by the code that it got and by the password
that was signed up with, so that who owns the address cannot be led to open an account whose
password is somebody else's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.auth import correio, senhas
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.codigos import new_code, unknown_code
from fiscalxml_server.auth.organizacoes import service as organizacoes
from fiscalxml_server.auth.pessoas import letters, repository
from fiscalxml_server.auth.pessoas.schemas import (
    Cadastrada,
    Cadastro,
    ConfirmacaoDeCadastro,
    Conta,
    Participacao,
    PedidoDeCadastro,
)
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.kit.audit import ANONIMO, INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.http.auth import unknown_credential
from fiscalxml_server.kit.rbac import Papel

_SIGN_UPS: Final = Limites("cadastro", "5/day", "20/hour", "1000/hour")
_CONFIRMATIONS: Final = Limites("confirmacao", "10/hour", "30/hour", "3000/hour")
_LASTS: Final = timedelta(hours=24)
_CODE: Final = b"codigo de cadastro"
_EMAIL: Final = b"e-mail de cadastro"
DATA: Final = b"dados de cadastro"


async def sign_up(recursos: Recursos, pedido: PedidoDeCadastro, endereco: str) -> None:
    """Write to the e-mail's owner; the caller is not told whether it is known.

    `endereco`: where the request comes from. Raises `CadastroFechado`, `ParametrosInvalidos`,
    `MuitasTentativas`, `SenhaRecusada`, `EntradaOcupada`.
    """
    organizacoes.refuse_when_closed(recursos.settings)
    campos = Campos()
    nome = campos.nome("nome", pedido.nome)
    email = campos.email("email", pedido.email)
    organizacao = campos.nome("organizacao", pedido.organizacao)
    campos.check()
    await recursos.freio.count(_SIGN_UPS, conta=email, endereco=endereco)
    senha = await senhas.hashed(pedido.senha, de=(nome, email, organizacao))
    codigo, segredos = new_code(), recursos.segredos
    digest = segredos.digest(_CODE, codigo.encode())
    dados = msgspec.json.encode(Cadastro(nome, email, senha, organizacao))
    async with recursos.banco.transacao() as conn:
        # The code of one that is known is told to nobody: the rest is done alike for both.
        await repository.insert_signup(
            conn,
            digest,
            segredos.digest(_EMAIL, email.encode()),
            segredos.seal(DATA, digest, dados),
            _LASTS,
        )
        known = await repository.find_by_email(conn, email)
        settings = recursos.settings
        assunto, texto = letters.known(settings) if known else letters.confirm(settings, codigo)
        await correio.enqueue(conn, segredos, para=email, assunto=assunto, texto=texto)
        pedida = Registro(ANONIMO, Acao.CADASTRO_PEDIDO, detalhes={"email": email})
        await record(conn, INSTALACAO, pedida)


async def confirm(
    recursos: Recursos, confirmacao: ConfirmacaoDeCadastro, endereco: str
) -> Cadastrada:
    """The person and the organisation are there.

    Raises `CodigoInvalido`, `MuitasTentativas`, `EntradaOcupada`.
    """
    segredos = recursos.segredos
    await recursos.freio.count(_CONFIRMATIONS, conta=confirmacao.codigo, endereco=endereco)
    digests = segredos.digests(_CODE, confirmacao.codigo.encode())
    async with recursos.banco.transacao() as conn:
        row = await repository.find_signup(conn, digests)
    cadastro = (
        None
        if row is None
        else msgspec.json.decode(segredos.open(DATA, row.codigo, row.dados), type=Cadastro)
    )
    right = await senhas.verify(cadastro.senha if cadastro else None, confirmacao.senha)
    if row is None or cadastro is None or not right:
        raise unknown_code()
    organizacao = new_id()
    async with recursos.banco.transacao(organizacao) as conn:
        if not await repository.take_signup(conn, row.codigo):
            raise unknown_code()
        pessoa = await repository.insert_person(conn, cadastro.email, cadastro.nome, cadastro.senha)
        if pessoa is None:
            raise unknown_code()
        await repository.forget_signups(conn, segredos.digests(_EMAIL, cadastro.email.encode()))
        await organizacoes.found(conn, organizacao, cadastro.organizacao, pessoa)
        detalhes = {"email": cadastro.email, "nome": cadastro.nome}
        await record(
            conn,
            INSTALACAO,
            Registro(f"pessoa:{pessoa}", Acao.PESSOA_CADASTRADA, f"pessoa:{pessoa}", detalhes),
        )
    return Cadastrada(pessoa, organizacao)


async def account(recursos: Recursos, pessoa: UUID) -> Conta:
    """Who it is, and where the person belongs."""
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        row = await repository.find_person(conn, pessoa)
        if row is None:
            raise unknown_credential()
        belongs = await repository.memberships(conn, pessoa)
    return Conta(
        row.id,
        row.nome,
        row.email,
        row.criado_em,
        [
            Participacao(each.id, each.nome, Papel(each.papel), each.empresas, each.criado_em)
            for each in belongs
        ],
    )


async def rename(recursos: Recursos, pessoa: UUID, nome: str) -> Conta:
    """Change the person's name. Raises `ParametrosInvalidos`."""
    campos = Campos()
    nome = campos.nome("nome", nome)
    campos.check()
    async with recursos.banco.transacao() as conn:
        if await repository.rename(conn, pessoa, nome) is None:
            raise unknown_credential()
        ator = f"pessoa:{pessoa}"
        await record(conn, INSTALACAO, Registro(ator, Acao.CONTA_ALTERADA, ator, {"nome": nome}))
    return await account(recursos, pessoa)


async def forget_expired(recursos: Recursos) -> None:
    """Periodic: remove what nobody confirmed in time."""
    async with recursos.banco.transacao() as conn:
        await repository.forget_expired_signups(conn)
