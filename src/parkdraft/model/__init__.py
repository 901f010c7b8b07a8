"""Facts: the kinds of case and their fields, the directory, the team, the Korean labels."""
