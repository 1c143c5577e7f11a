"""The log's rules, pure: what may be appended. Every store asks here, so that all refuse the same."""

from __future__ import annotations

from collections.abc import Sequence

from media_pipeline.errors import ConflictError, VivaError
from media_pipeline.events import Record


class StoreError(VivaError):
    """The store cannot be reached or was closed."""

    code = "store"
    status = 503


class StaleOwnerError(ConflictError):
    """Another process owns the interview now; stop writing."""

    code = "stale_owner"


class LogOrderError(ConflictError):
    """The records do not continue the log."""

    code = "log_order"


def check_append(
    interview: str, records: Sequence[Record], *, last_seq: int, owner_epoch: int, epoch: int
) -> None:
    """Raise ``StaleOwnerError`` or ``LogOrderError`` unless ``records`` may follow ``last_seq``."""
    if epoch != owner_epoch:
        raise StaleOwnerError(
            f"Interview {interview} is owned with epoch {owner_epoch}; epoch {epoch} may not write any more."
        )
    for expected, record in enumerate(records, start=last_seq + 1):
        if record.seq != expected:
            raise LogOrderError(
                f"Interview {interview}: the log goes on with {expected}, but {record.seq} came."
            )
        if record.cause is not None and not 0 < record.cause < record.seq:
            raise LogOrderError(f"Interview {interview}: {record.seq} cannot be caused by {record.cause}.")
