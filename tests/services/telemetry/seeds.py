"""What must never leave a process: seeded by the tests into every place that a caller reaches."""

import seeds

CPF = seeds.CPF
CPF_FORMATTED = "529.982.247-25"
CHAVE = "35261152998224725000550010000000011000000015"
NAME = seeds.PESSOAS[3]
API_KEY = "fx_dev_0123456789abcdef0123456789abcdef01234567"
XML = "<xNome>Fulana de Tal Sobrenome</xNome>"
SEEDS = (CPF, CPF_FORMATTED, CHAVE, "Fulana", "Sobrenome", API_KEY, "xNome")


def leaked(text: str) -> list[str]:
    """The seeds that stand in a text."""
    return [seed for seed in SEEDS if seed in text]
