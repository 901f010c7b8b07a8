"""Finding what a typed name means: sites, people, partners, and names near another."""
