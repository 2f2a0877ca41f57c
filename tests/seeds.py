"""Whose data the tests use: passwords, people, their numbers and addresses. None of it may stand in
a log, a span or the output of a server; after each run, `leaks` looks for it in all of them.
"""

from __future__ import annotations

from typing import Final

SENHA: Final = "quatro cavalos na ponte azul"
NOVA_SENHA: Final = "sete trens amarelos em Bauru"
PESSOAS: Final = ("Ana Lima", "Bia Souza", "Dona da Casa", "Fulana de Tal Sobrenome")
"""with accounts, or whom a caller names"""
CITADAS: Final = (
    *("COMPRADORA IMAGINARIA", "EMPRESA FICTICIA", "MOTORISTA FICTICIO"),
    *("PASSAGEIRA FICTICIA", "TRANSPORTADORA FICTICIA"),
)
"""whom documents of the factory name"""
DOMINIO: Final = "exemplo.com.br"
"""of e-mail addresses"""
CPF, OUTRO_CPF, CPF_DO_MOTORISTA = "52998224725", "11144477735", "12345678909"
CPFS: Final = (CPF, OUTRO_CPF, CPF_DO_MOTORISTA, "39053344705")
CNPJ, CNPJ_DA_EMPRESA = "11222333000181", "12345678000195"
"""the latter is in the access key of each document of the factory"""
