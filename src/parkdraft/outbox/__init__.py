"""The outbox: kept drafts, who may move them, their files, checking and purging."""
