"""One state machine per procedure, as frozen data; `setup/` turns them into Frappe's Workflow rows."""

from nervion_service.workflows.analysis_report import ANALYSIS_REPORT
from nervion_service.workflows.complaint import COMPLAINT_FLOW
from nervion_service.workflows.corrective_action import CORRECTIVE_ACTION
from nervion_service.workflows.folio import FOLIO
from nervion_service.workflows.visit import VISIT

WORKFLOWS = (FOLIO, COMPLAINT_FLOW, VISIT, ANALYSIS_REPORT, CORRECTIVE_ACTION)
