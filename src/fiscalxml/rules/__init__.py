"""The business rules of SEFAZ: what a document breaks, the official code, how to mend it."""

from fiscalxml.rules.judge import RegrasJulgadas, has_rules, judge_rules

__all__ = ["RegrasJulgadas", "has_rules", "judge_rules"]
