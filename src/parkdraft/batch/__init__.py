"""A table of cases becomes drafts."""
