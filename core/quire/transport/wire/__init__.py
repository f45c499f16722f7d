"""The documents of the Azure Quantum data-plane API: the one place with their spelling.

The server writes and reads them, and so does the client; both sides of each are here. What the service cannot
say is under the key ``quire``, which other clients ignore. No HTTP here, and no store.
"""

from quire.transport.wire.answers import (
    Document,
    FileUris,
    job_document,
    page_document,
    parse_also,
    parse_files,
    parse_item,
    parse_job,
    parse_output,
    parse_page,
    parse_sas,
    parse_session,
    parse_targets,
    provider_document,
    quota_document,
    session_document,
    update_document,
)
from quire.transport.wire.requests import (
    MAX_BUNDLE,
    Submission,
    read_sas_request,
    read_session,
    read_submission,
    read_submissions,
    read_update,
    sas_request,
    session_request,
    submission_document,
    update_request,
)

__all__ = [
    "MAX_BUNDLE", "Document", "FileUris", "Submission",
    "job_document", "page_document", "provider_document", "quota_document",
    "session_document", "update_document",
    "parse_also", "parse_files", "parse_item", "parse_job", "parse_output", "parse_page", "parse_sas",
    "parse_session", "parse_targets",
    "read_sas_request", "read_session", "read_submission", "read_submissions", "read_update",
    "sas_request", "session_request", "submission_document", "update_request",
]  # fmt: skip
