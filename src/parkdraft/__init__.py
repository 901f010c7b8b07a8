"""parkdraft: a parking customer centre's case becomes a ready-to-send draft."""
