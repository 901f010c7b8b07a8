"""The page for agents and leads, on their own computer: the same library calls as commands."""
