"""A team outgrows one machine: its outbox moves from SQLite to PostgreSQL.

    python -m parkdraft.carry outbox/outbox.db postgresql://park@db.example.co.kr/park

The database must be empty; everything is moved, or nothing. End the program everywhere before;
the file stays as it is.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from parkdraft.database.copying import to_postgres
from parkdraft.database.opening import open_database, postgres_url
from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.wording import sentences


def main(args: Sequence[str]) -> int:
    """Carry over; 0 done, 1 refused, 2 wrong usage."""
    if len(args) != 2:
        print("사용법: python -m parkdraft.carry outbox.db postgresql://...", file=sys.stderr)
        return 2
    path, url = Path(args[0]), args[1]
    try:
        if not path.is_file():
            raise StorageError([Problem("database.lost", data={"file": path.name})])
        with contextlib.closing(open_database(postgres_url(url), make=True)) as engine:
            counts = to_postgres(path, engine)
    except ParkdraftError as error:
        for problem in error.problems:
            print(sentences(problem), file=sys.stderr)
        return 1
    print(f"초안 {counts['drafts']:,}건과 이력 {counts['events']:,}건을 옮겼습니다.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
