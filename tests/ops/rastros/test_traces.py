"""One trace, from the gateway's header to the webhook, by a real OTLP receiver."""

from __future__ import annotations

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from .journey import LOTES, Percurso

CHAIN = ("POST /v1/lotes", "job abrir", "job processar", "webhook delivery")


def test_one_trace_goes_from_the_header_through_the_jobs_to_the_webhook(percurso: Percurso) -> None:
    for trace in percurso.traces:
        names = {span.name for span in percurso.of(trace)}
        assert names.issuperset(CHAIN), names


def test_no_span_of_it_hangs_in_the_air(percurso: Percurso) -> None:
    """Each has its parent in the trace; only the first is the gateway's child."""
    for trace in [*percurso.traces, percurso.refused]:
        spans = percurso.of(trace)
        known = {span.span_id for span in spans}
        (first,) = (span for span in spans if span.parent_span_id not in known)
        assert first.parent_span_id
        assert first.name in ("POST /v1/lotes", "GET /v1/regras")


def test_it_is_whole_though_each_child_of_the_worker_ended_after_one_job(
    percurso: Percurso,
) -> None:
    before, after = percurso.children
    assert not before & after
    jobs = [span for span in percurso.spans if span.name.startswith("job ")]
    assert len({span.span_id for span in jobs}) >= 2 * LOTES


def test_each_attempt_is_a_span_and_says_what_came_of_it(percurso: Percurso) -> None:
    first, second = percurso.traces
    codes = [_attempts(percurso, trace) for trace in (first, second)]
    assert sorted(codes, key=len) == [[(204, False, 1)], [(500, True, 1), (204, False, 2)]]
    spans = [span for span in percurso.of(first) if span.name == "webhook delivery"]
    assert {span.kind for span in spans} == {Span.SPAN_KIND_CLIENT}


def test_a_receiver_is_told_nothing_of_the_trace(percurso: Percurso) -> None:
    assert len(percurso.chegadas) == LOTES + 1
    for chegada in percurso.chegadas:
        told = f"{chegada.cabecalhos}{chegada.corpo.decode()}"
        assert "trace" not in told
        assert not [trace for trace in percurso.traces if trace in told]


def test_who_asks_the_auth_service_takes_the_trace_there(percurso: Percurso) -> None:
    asked, answered = sorted(
        (s for s in percurso.of(percurso.refused) if s.name == "POST /interno/introspeccao"),
        key=lambda span: span.kind != Span.SPAN_KIND_CLIENT,
    )
    assert (asked.kind, answered.kind) == (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_SERVER)
    assert answered.parent_span_id == asked.span_id


def test_what_the_gateway_did_not_sample_is_not_recorded(percurso: Percurso) -> None:
    """The ratio is 0 here: what nobody decided is left out, too."""
    begun = {span.trace_id.hex() for span in percurso.spans if span.name != "GET /saude"}
    assert begun == {*percurso.traces, percurso.refused}


def test_lines_of_the_services_meet_in_its_trace(percurso: Percurso) -> None:
    lines = [line for line in percurso.lines() if line.get("trace.id") in percurso.traces]
    assert {line["service.name"] for line in lines} >= {"fiscalxml-api", "fiscalxml-entregador"}


def _attempts(percurso: Percurso, trace: str) -> list[tuple[int, bool, int]]:
    """Code, whether it failed, number; in order."""
    spans = [span for span in percurso.of(trace) if span.name == "webhook delivery"]
    told = []
    for span in sorted(spans, key=lambda span: span.start_time_unix_nano):
        values = {each.key: each.value for each in span.attributes}
        told.append(
            (
                values["http.response.status_code"].int_value,
                "error.type" in values,
                values["fiscalxml.delivery.attempt"].int_value,
            )
        )
    return told
