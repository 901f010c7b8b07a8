"""A peer of ``batch``: what one would write in an hour with EmailMessage and Jinja.

    python benchmarks/emailmessage.py ROWS.csv TEMPLATE FOLDER

The template's head has the headers as ``mailmerge`` takes them. Nothing is checked, read back,
recorded or flushed.
"""

from __future__ import annotations

import csv
import sys
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import jinja2


def main(rows: Path, template: Path, folder: Path) -> None:
    env = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    text = env.from_string(template.read_text(encoding="utf-8"))
    folder.mkdir()
    with rows.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            head, _, body = text.render(row).partition("\n\n")
            message = EmailMessage(policy=policy.SMTP)
            for line in head.split("\n"):
                name, _, value = line.partition(": ")
                message[name.title()] = value if name == "SUBJECT" else _people(value)
            message.set_content(body, cte="base64")
            (folder / f"{number:06d}.eml").write_bytes(message.as_bytes())


def _people(text: str) -> str:
    """Names with commas or quotes would need more; ours have none."""
    return ", ".join(f"{name} <{address}>" for name, address in getaddresses([text]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
