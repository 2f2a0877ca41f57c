"""All golden cases."""

from __future__ import annotations

from . import kind_cases, reading_cases, rule_cases, service_cases, signature_cases
from .model import Case

CASES: tuple[Case, ...] = (
    *signature_cases.CASES,
    *rule_cases.CASES,
    *kind_cases.CASES,
    *reading_cases.CASES,
    *service_cases.CASES,
)
WITH_INPUT = tuple(case for case in CASES if case.data is not None)
