"""The page for agents and leads, served on their own computer."""
