"""``python -m parkdraft``."""

from parkdraft.cli.main import main

main()
