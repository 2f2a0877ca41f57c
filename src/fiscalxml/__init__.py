"""API Fiscal XML: validates Brazilian fiscal XML in depth, with the fix beside each finding."""

from fiscalxml.report import Achado, Report, read_report, report_schema
from fiscalxml.validate import VariosDocumentos, validate, validate_all
from fiscalxml.xml import Limits

__all__ = [
    "Achado",
    "Limits",
    "Report",
    "VariosDocumentos",
    "read_report",
    "report_schema",
    "validate",
    "validate_all",
]
