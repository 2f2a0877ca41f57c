"""API Fiscal XML: validates Brazilian fiscal XML in depth, with the fix beside each finding."""

from fiscalxml.documents.detect import VariosDocumentos
from fiscalxml.report import Achado, Report, read_report, report_schema
from fiscalxml.summaries.resumo import Resumo
from fiscalxml.summarize import ResumoImpossivel, SemResumo, summarize, summarize_all
from fiscalxml.validate import validate, validate_all
from fiscalxml.xml import Limits

__all__ = [
    "Achado",
    "Limits",
    "Report",
    "Resumo",
    "ResumoImpossivel",
    "SemResumo",
    "VariosDocumentos",
    "read_report",
    "report_schema",
    "summarize",
    "summarize_all",
    "validate",
    "validate_all",
]
