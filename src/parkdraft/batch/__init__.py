"""A table of cases becomes drafts: everything is checked first, then good rows are kept.

rows ─▶ composed and read back (pure) ─▶ spooled on disk ─▶ kept in groups
        composing, helping                spool              running
"""

from parkdraft.batch.running import Report, RowResult, run

__all__ = ["Report", "RowResult", "run"]
