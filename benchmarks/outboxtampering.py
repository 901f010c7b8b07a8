"""What somebody may do behind the program's back, at random: ``verify`` must find every one."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from madeoutbox import CASE, LEADS, LISTED, colleague, details, locks_in, make_home
from parkdraft.outbox.lines import written
from parkdraft.outbox.records import end
from parkdraft.outbox.review import approve, mark_sent, send_back
from parkdraft.outbox.verifying import verify

from parkdraft import Home
from parkdraft.outbox.store import STATES, new_id

DRAFTS = 30
NEW_RECIPIENT = "somebody@example.com"


class Victim(NamedTuple):
    """A draft's file in a home, and what to choose with."""

    home: Home
    path: Path
    chosen: random.Random

    @property
    def elsewhere(self) -> Path:
        """The same name in another state."""
        state = self.chosen.choice([one for one in STATES if one != self.path.parent.name])
        return self.home.outbox / state / self.path.name

    def announce(self, do: str, state: str, *, done: bool) -> None:
        """What another PC says that a lead did to it: its last move instead, or the next one."""
        history = self.home.drafts.history(self.path.stem)
        before = history.events[-2] if done else history.events[-1]
        line: dict[str, Any] = {
            **{"op": os.urandom(8).hex(), "id": self.path.stem, "at": before.at, "by": LEADS[1]},
            **{"do": do, "from": before.state, "to": state, "suffix": self.path.suffix},
            **{"after": before.op, "sha256": before.sha256},
        }
        lines = [line, end(line["op"], [self.path.stem])][: 1 + done]
        name = f"{self.home.now():%Y-%m}.{LEADS[1]}@elsewhere.jsonl"
        segment = self.home.outbox / "journal" / name
        segment.write_bytes(b"".join(map(written, lines)))


def tamper(folder: Path, trials: int, seed: int = 0) -> list[str]:
    """Run it; what ``verify`` did not find, or found where nothing was."""
    chosen = random.Random(seed)
    root = make_home(folder / "home")
    wrong, found = [], Counter[str]()
    with locks_in(root / "locks"):
        home = colleague(root, LEADS[0])
        _fill(home)
        sound = folder / "sound"
        shutil.copytree(home.outbox, sound)
        for number in range(trials):
            name = list(TRICKS)[number % len(TRICKS)]
            states, trick = TRICKS[name]
            files = sorted(path for state in states for path in (home.outbox / state).iterdir())
            victim = Victim(home, chosen.choice(files), chosen)
            about = trick(victim) or victim.path.stem
            codes = {one.code for one in verify(home.drafts, home.today()) if one.field == about}
            if not codes:
                wrong.append(f"{name} {number}: not found ({victim.path.parent.name})")
            found.update(f"{name}: {code}" for code in codes)
            shutil.rmtree(home.outbox)
            shutil.copytree(sound, home.outbox)
            wrong += [
                f"{name} {number}: {one} after all" for one in verify(home.drafts, home.today())
            ]
    for told, count in sorted(found.items()):
        print(f"  {told}: {count}")
    return wrong


def _fill(home: Home) -> None:
    """Drafts in every state, in every way that leads there."""
    ids = [home.draft(CASE, **details(number)).id or "" for number in range(DRAFTS)]
    for number in range(4):
        home.draft(CASE, **details(DRAFTS + number, LISTED, "새봄빌딩"))
    approve(home.drafts, home.today(), ids[: DRAFTS * 2 // 3])
    mark_sent(home.drafts, ids[: DRAFTS // 6])
    send_back(home.drafts, home.directory, ids[DRAFTS // 2 : DRAFTS * 5 // 6], "다시")


# ---- the tricks: each says whom or what verify must name, None for the draft itself -----------


def _one_bit(victim: Victim) -> None:
    content = bytearray(victim.path.read_bytes())
    content[victim.chosen.randrange(len(content))] ^= 1 << victim.chosen.randrange(8)
    victim.path.write_bytes(content)


def _one_recipient(victim: Victim) -> None:
    head, _, body = victim.path.read_bytes().partition(b"\r\n\r\n")
    name = victim.chosen.choice((b"To", b"Cc", b"Bcc"))
    if name == b"Bcc":
        head += b"\r\nBcc: " + NEW_RECIPIENT.encode()
    else:
        before, found, after = head.partition(b"\r\n" + name + b": ")
        assert found
        head = before + found + NEW_RECIPIENT.encode() + b",\r\n " + after
    victim.path.write_bytes(head + b"\r\n\r\n" + body)


def _line_by_hand(victim: Victim) -> None:
    content = victim.path.read_bytes()
    victim.path.write_bytes(content + victim.chosen.choice((b"\r\n", b" ", b"\0", content)))


def _copy(victim: Victim) -> None:
    target = victim.elsewhere
    target.parent.mkdir(exist_ok=True)
    shutil.copy(victim.path, target)


def _move(victim: Victim) -> None:
    target = victim.elsewhere
    target.parent.mkdir(exist_ok=True)
    victim.path.rename(target)


def _remove(victim: Victim) -> None:
    victim.path.unlink()


def _swap(victim: Victim) -> None:
    other = victim.chosen.choice(
        [one for one in victim.path.parent.iterdir() if one != victim.path]
    )
    victim.path.write_bytes(other.read_bytes())


def _unknown_draft(victim: Victim) -> str:
    draft_id = new_id(victim.home.now().date())
    shutil.copy(victim.path, victim.path.with_stem(draft_id))
    return draft_id


def _foreign(victim: Victim) -> str:
    names = ("메모.txt", f"{victim.path.name}.bak", f"복사본 - {victim.path.name}", "x.eml")
    name = victim.chosen.choice(names)
    shutil.copy(victim.path, victim.path.with_name(name))
    return name


def _approved_by_the_loser(victim: Victim) -> None:
    """It was returned; another PC says that it was approved, and perhaps has the file so."""
    victim.announce("approve", "approved", done=True)
    if victim.chosen.random() < 0.5:
        victim.path.rename(victim.home.outbox / "approved" / victim.path.name)


def _approved_by_halves(victim: Victim) -> None:
    """The file lies in ``approved``, and nobody finished to say so."""
    victim.announce("approve", "approved", done=False)
    victim.path.rename(victim.home.outbox / "approved" / victim.path.name)


_Trick = Callable[[Victim], str | None]
_EMAIL = ("pending", "approved")
TRICKS: dict[str, tuple[tuple[str, ...], _Trick]] = {
    "one bit": (("approved",), _one_bit),
    "one bit anywhere": (STATES, _one_bit),
    "recipient": (_EMAIL, _one_recipient),
    "by hand": (STATES, _line_by_hand),
    "copied": (STATES, _copy),
    "moved": (STATES, _move),
    "removed": (STATES, _remove),
    "swapped": (_EMAIL, _swap),
    "unknown draft": (STATES, _unknown_draft),
    "foreign file": (STATES, _foreign),
    "approved by the loser": (("returned",), _approved_by_the_loser),
    "approved by halves": (("pending",), _approved_by_halves),
}
