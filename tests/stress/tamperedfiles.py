"""The visible folder changed behind the program: each trick, and what must come of it."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import centre
from centre import colleague, looked_at, make_outbox

from parkdraft import Home
from parkdraft.model.states import STATES
from parkdraft.outbox.facts import StoredDraft
from parkdraft.outbox.ids import new_code
from parkdraft.outbox.verify import Finding

_MAIL = "somebody@example.com"


class Victim(NamedTuple):
    """A draft's file, the draft, and what to choose with."""

    home: Home
    draft: StoredDraft
    path: Path
    chosen: random.Random

    @property
    def elsewhere(self) -> Path:
        """The same name in another state."""
        state = self.chosen.choice([one for one in STATES if one != self.draft.state])
        folder = self.home.outbox / state
        folder.mkdir(exist_ok=True)
        return folder / self.path.name

    def other(self) -> Path:
        """Another draft's file."""
        files = sorted(self.home.outbox.glob("*/2*"))
        return self.chosen.choice([one for one in files if one.name != self.path.name])


Trick = Callable[[Victim], str | None]
"""Does something; the name that must be told, None for the draft's identifier."""


def _one_bit(victim: Victim) -> None:
    content = bytearray(victim.path.read_bytes())
    content[victim.chosen.randrange(len(content))] ^= 1 << victim.chosen.randrange(8)
    victim.path.write_bytes(content)


def _recipient(victim: Victim) -> None:
    content = victim.path.read_bytes()
    name = victim.chosen.choice((b"To: ", b"Cc: ", b"Bcc: "))
    before, found, after = content.partition(b"\r\n" + name)
    line = b"\r\n" + name + _MAIL.encode()
    if found:
        victim.path.write_bytes(before + line + b",\r\n " + after)
    else:
        victim.path.write_bytes(content.replace(b"\r\nSubject", line + b"\r\nSubject", 1) + b" ")


def _appended(victim: Victim) -> None:
    content = victim.path.read_bytes()
    more = victim.chosen.choice((b"\r\n", b" ", b"\0", content, b"x" * 100_000))
    victim.path.write_bytes(content + more)


def _cut(victim: Victim) -> None:
    content = victim.path.read_bytes()
    victim.path.write_bytes(content[: victim.chosen.randrange(len(content))])


def _copied(victim: Victim) -> None:
    shutil.copy(victim.path, victim.elsewhere)


def _copied_and_edited(victim: Victim) -> None:
    victim.elsewhere.write_bytes(victim.path.read_bytes() + b"x")


def _moved(victim: Victim) -> None:
    victim.path.rename(victim.elsewhere)


def _moved_and_edited(victim: Victim) -> None:
    target = victim.path.rename(victim.elsewhere)
    target.write_bytes(target.read_bytes() + b"x")


def _suffix(victim: Victim) -> None:
    suffix = victim.chosen.choice(
        [one for one in (".eml", ".txt", ".tsv") if one != victim.path.suffix]
    )
    victim.path.rename(victim.path.with_suffix(suffix))


def _removed(victim: Victim) -> None:
    victim.path.unlink()


def _swapped(victim: Victim) -> None:
    other = victim.other()
    ours, theirs = victim.path.read_bytes(), other.read_bytes()
    victim.path.write_bytes(theirs)
    other.write_bytes(ours)


def _link(victim: Victim) -> None:
    """To a file outside, which nobody may change or take away."""
    outside = victim.home.root / "outside.eml"
    outside.write_bytes(victim.path.read_bytes() + victim.chosen.choice((b"", b"x")))
    victim.path.unlink()
    victim.path.symlink_to(outside)


def _dangling_link(victim: Victim) -> None:
    victim.path.unlink()
    victim.path.symlink_to(victim.home.root / "nowhere.eml")


def _hard_link(victim: Victim) -> None:
    """Two names of one file: who writes to the other changes the draft's."""
    outside = victim.home.root / "outside.eml"
    os.link(victim.path, outside)
    outside.write_bytes(b"x")


def _pipe(victim: Victim) -> None:
    victim.path.unlink()
    os.mkfifo(victim.path)


def _folder(victim: Victim) -> None:
    victim.path.unlink()
    victim.path.mkdir()
    (victim.path / "안에 든 것.txt").write_text("x", "utf-8")


def _pipe_elsewhere(victim: Victim) -> None:
    os.mkfifo(victim.elsewhere)


def _link_elsewhere(victim: Victim) -> None:
    victim.elsewhere.symlink_to(victim.path)


def _folder_elsewhere(victim: Victim) -> None:
    victim.elsewhere.mkdir()


def _state_is_a_link(victim: Victim) -> str:
    folder, outside = victim.path.parent, victim.home.root / "outside"
    folder.rename(outside)
    folder.symlink_to(outside)
    return f"outbox/{folder.name}"


def _state_is_a_file(victim: Victim) -> str:
    folder = victim.path.parent
    shutil.rmtree(folder)
    folder.write_bytes(b"x")
    return f"outbox/{folder.name}"


def _state_is_a_pipe(victim: Victim) -> str:
    folder = victim.path.parent
    shutil.rmtree(folder)
    os.mkfifo(folder)
    return f"outbox/{folder.name}"


def _no_state(victim: Victim) -> None:
    shutil.rmtree(victim.path.parent)


def _unknown(victim: Victim) -> str:
    draft_id = f"20261124-{new_code()}"
    shutil.copy(victim.path, victim.path.with_stem(draft_id))
    return draft_id


def _foreign(victim: Victim) -> str:
    names = ("메모.txt", f"{victim.path.name}.bak", f"복사본 - {victim.path.name}", "x.eml")
    name = victim.chosen.choice(names)
    shutil.copy(victim.path, victim.path.with_name(name))
    return name


def _foreign_folder(victim: Victim) -> str:
    (victim.home.outbox / "내 폴더").mkdir()
    return "내 폴더"


TRICKS: dict[str, Trick] = {
    "one bit": _one_bit,
    "recipient": _recipient,
    "appended": _appended,
    "cut": _cut,
    "copied": _copied,
    "copied and edited": _copied_and_edited,
    "moved": _moved,
    "moved and edited": _moved_and_edited,
    "another suffix": _suffix,
    "removed": _removed,
    "swapped": _swapped,
    "link": _link,
    "dangling link": _dangling_link,
    "hard link": _hard_link,
    "pipe": _pipe,
    "folder": _folder,
    "pipe elsewhere": _pipe_elsewhere,
    "link elsewhere": _link_elsewhere,
    "folder elsewhere": _folder_elsewhere,
    "state is a link": _state_is_a_link,
    "state is a file": _state_is_a_file,
    "state is a pipe": _state_is_a_pipe,
    "no state": _no_state,
    "unknown draft": _unknown,
    "foreign file": _foreign,
    "foreign folder": _foreign_folder,
}
LEFT_ALONE = ("unknown draft", "foreign file", "foreign folder")
"""What is named and left where it is; all else is put right."""


def tamper_files(folder: Path, rounds: int, seed: int) -> list[str]:
    """Run it; what was not found, or not put right."""
    chosen = random.Random(seed)
    prepared = centre.make_home(folder / "files")
    make_outbox(colleague(prepared))
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    for number in range(rounds):
        name = list(TRICKS)[number % len(TRICKS)]
        root = centre.copied(prepared, folder / "tampered")
        home = colleague(root)
        with home.drafts() as box:
            drafts = [box.located(one) for one in box.store.ids(STATES)]
            draft = chosen.choice(drafts)
            victim = Victim(home, draft, box.folder.path(draft), chosen)
        about = TRICKS[name](victim) or draft.id
        found = looked_at(home)
        codes.update(f"{name}: {one.problem.code}" for one in found)
        what = list(_unmended(home, name, about, found))
        wrong += [f"{name} of {draft.state} {draft.suffix} ({number}): {one}" for one in what]
        shutil.rmtree(root)
    for one, count in sorted(codes.items()):
        print(f"  {one}: {count}")
    return wrong


def _unmended(home: Home, name: str, about: str, found: Sequence[Finding]) -> Iterator[str]:
    named = [one for one in found if one.problem.field == about]
    if not named:
        yield f"not found: {[one.problem for one in found]}"
    left = name in LEFT_ALONE
    if any(one.mended == left for one in found):
        yield f"said to be mended: {[(one.problem.code, one.mended) for one in found]}"
    again = looked_at(home)
    if left:
        if [one.problem for one in again] != [one.problem for one in found]:
            yield "is not left alone"
        return
    yield from (f"after all: {one.problem.code}" for one in again)
    with home.drafts() as box:
        for draft_id in box.store.ids(STATES):
            draft = box.located(draft_id)
            path = box.folder.path(draft)
            if path.is_symlink() or not path.is_file():
                yield f"{draft_id} has no file"
            elif path.read_bytes() != box.content(draft).bytes:
                yield f"{draft_id} is another file"
    outside = home.root / "outside.eml"
    if name in ("link", "hard link") and not outside.exists():
        yield "what a link led to is gone"
