"""API Fiscal XML: validates Brazilian fiscal XML in depth, with the fix beside each finding."""

from fiscalxml.report import Achado, Report, report_schema
from fiscalxml.validate import VariosDocumentos, validate, validate_all
from fiscalxml.xml import Limits

__all__ = [
    "Achado",
    "Limits",
    "Report",
    "VariosDocumentos",
    "report_schema",
    "validate",
    "validate_all",
]
