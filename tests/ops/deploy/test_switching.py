"""The order of a switch, and the way back from everywhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.decision import Contagem, Medida, Trabalho
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.switching import Plano, Relato, Troca

_PLANO = Plano(segundos=0, quente=0, paciencia=0, dreno=0)
_WELL = Medida(1000, 0, 0.01)


class _Ambiente:
    """Notes what it is told. `bad`: what green is like at a share; `fails`: a step that does;
    `counted`: by the balancer at each share, of green; `failing`: its jobs, from this share on."""

    def __init__(
        self,
        *,
        bad: dict[int, Medida] | None = None,
        fails: str = "",
        counted: int = 0,
        failing: int | None = None,
    ) -> None:
        self._looks = 0
        self._failing = failing
        self.told: list[str] = []
        self.share = 0
        self._bad = bad or {}
        self._fails = fails
        self._counted = counted

    def expandir(self, cor: Cor) -> None:
        self._note("expandir", cor)

    def contrair(self, cor: Cor) -> None:
        self._note("contrair", cor)

    def iniciar(self, cor: Cor, parte: Parte) -> None:
        self._note(f"iniciar {parte}", cor)

    def parar(self, cor: Cor, parte: Parte) -> None:
        self._note(f"parar {parte}", cor)

    def enderecos(self, cor: Cor) -> Mapping[str, str]:
        return {"api": f"http://{cor}"}

    def repartir(self, cor: Cor, por_cento: int) -> None:
        self.share = por_cento if cor is Cor.VERDE else 100 - por_cento
        self._note(f"{self.share} %", Cor.VERDE)

    def atende(self, cor: Cor) -> bool:
        return self._fails != f"atende {self.share} {cor}"

    def abertas(self, _: Cor) -> int:
        return 0

    def medida(self, cor: Cor, _: float) -> Medida:
        return _WELL if cor is Cor.AZUL else self._bad.get(self.share, _WELL)

    def contagem(self, _: Cor) -> Contagem:
        # Those of an earlier switch are there, too.
        return Contagem(7000 + self._counted * self.share, 0)

    def trabalho(self, cor: Cor) -> Trabalho:
        # Both have worked before; verde fails at each look from the given share on.
        self._looks += cor is Cor.VERDE
        bad = cor is Cor.VERDE and self._failing is not None and self.share >= self._failing
        return Trabalho(900 + 10 * self._looks, 90 + (5 * self._looks if bad else 0))

    def _note(self, what: str, cor: Cor) -> None:
        self.told.append(f"{what} {cor}")
        if self._fails == what:
            raise NaoFoi(f"{what} não foi")


def _run(ambiente: _Ambiente, gate: str = "") -> Relato:
    def check(_: Mapping[str, str]) -> int:
        if gate:
            raise NaoFoi(gate)
        return 5

    return Troca(ambiente, Cor.VERDE, _PLANO, check, lambda _: None).run()


_BEFORE = ["expandir verde", "iniciar fundo verde", "iniciar web verde"]
_BACK = ["0 % verde", "parar fundo verde", "parar web verde"]


def test_green_is_whole_before_its_first_user_and_blue_is_left_as_it_is() -> None:
    ambiente = _Ambiente()
    relato = _run(ambiente)
    assert relato.revertida is None
    steps = [f"{share} % verde" for share in (1, 10, 50, 100)]
    assert ambiente.told == [*_BEFORE, *steps]


@pytest.mark.parametrize(
    ("share", "medida", "why"),
    [(10, Medida(100, 30, 0.01), "30 erros"), (100, Medida(100, 0, 3.0), "p95 de 3000 ms")],
)
def test_what_burns_the_objective_at_any_step_goes_back(
    share: int, medida: Medida, why: str
) -> None:
    ambiente = _Ambiente(bad={share: medida})
    relato = _run(ambiente)
    assert relato.revertida is not None
    assert why in relato.revertida
    assert ambiente.told[-4:] == [f"{share} % verde", *_BACK]
    assert relato.deteccao is not None


@pytest.mark.parametrize("share", [0, 50])
def test_workers_whose_jobs_fail_go_back_also_before_the_first_user(share: int) -> None:
    ambiente = _Ambiente(failing=share)
    relato = _run(ambiente)
    assert relato.revertida is not None
    assert "tentativas de trabalhos falharam" in relato.revertida
    last = ["50 % verde"] if share else ["iniciar web verde"]
    assert ambiente.told[-4:] == [*last, *_BACK]


@pytest.mark.parametrize("fails", ["expandir", "iniciar fundo", "iniciar web"])
def test_what_does_not_come_up_gets_nobody(fails: str) -> None:
    ambiente = _Ambiente(fails=fails)
    relato = _run(ambiente)
    assert relato.revertida == f"{fails} não foi"
    assert ambiente.told[-3:] == _BACK
    assert relato.deteccao is None


def test_the_gate_is_before_the_users() -> None:
    ambiente = _Ambiente()
    assert _run(ambiente, gate="POST /v1/validacoes: 500").revertida == "POST /v1/validacoes: 500"
    assert ambiente.told == [*_BEFORE, *_BACK]


def test_a_night_passes_and_a_measure_that_is_blind_does_not() -> None:
    nothing = {share: Medida() for share in (1, 10, 50, 100)}
    assert _run(_Ambiente(bad=nothing)).revertida is None
    blind = _Ambiente(bad=nothing, counted=2)
    revertida = _run(blind).revertida
    assert revertida == "o balanceador contou 20 requisições e 0 foram medidas: " + (
        "a medida está quebrada"
    )
    assert blind.told[-4:] == ["10 % verde", *_BACK]


def test_green_that_stops_to_answer_is_not_waited_for() -> None:
    ambiente = _Ambiente(fails="atende 50 verde")
    assert _run(ambiente).revertida == "verde deixou de atender"
    assert ambiente.told[-3:] == _BACK


def test_whoever_interrupts_it_or_a_fault_of_its_own_leaves_blue_with_everything() -> None:
    for error in (KeyboardInterrupt, RuntimeError):
        ambiente = _Ambiente()

        def check(_: Mapping[str, str], error: type[BaseException] = error) -> int:
            raise error

        troca = Troca(ambiente, Cor.VERDE, _PLANO, check, lambda _: None)
        if error is RuntimeError:
            with pytest.raises(RuntimeError):
                troca.run()
        else:
            troca.run()
        assert ambiente.told == [*_BEFORE, *_BACK]


def test_a_terminal_that_is_gone_stops_neither_the_switch_nor_the_way_back() -> None:
    def gone(_: str) -> None:
        raise BrokenPipeError

    for bad, last in (({}, "100 % verde"), ({10: Medida(1000, 50, 0.01)}, "parar web verde")):
        ambiente = _Ambiente(bad=bad)
        relato = Troca(ambiente, Cor.VERDE, _PLANO, lambda _: 5, gone).run()
        assert (relato.revertida is None) is not bool(bad)
        assert ambiente.told[-1] == last


@pytest.mark.parametrize("etapas", [(), (1, 50), (50, 10, 100)])
def test_steps_grow_to_all(etapas: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="100"):
        Plano(etapas=etapas)
