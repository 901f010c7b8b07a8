"""Keep: the folder of drafts."""
