"""One state machine per procedure, as frozen data; `setup/` turns them into Frappe's Workflow rows."""

from nervion_service.workflows.complaint import COMPLAINT_FLOW
from nervion_service.workflows.folio import FOLIO

WORKFLOWS = (FOLIO, COMPLAINT_FLOW)
