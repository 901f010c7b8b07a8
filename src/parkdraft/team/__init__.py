"""Who may log in on a team's server: accounts, sessions, attempts, and the law's records."""
