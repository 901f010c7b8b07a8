"""Decide: the kinds of case, the directory, finding names, routing."""
