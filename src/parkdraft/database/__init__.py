"""The database in which everything is kept: SQLite, numbered schemas, refusals as errors."""
