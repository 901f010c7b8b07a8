"""What a mail is, and which header fields its file has; writer and read-back share nothing else."""

from __future__ import annotations

from typing import NamedTuple

# The fields of a mail's header in their order, each once; None where the value is the mail's own.
# Cc is left out for nobody. X-Unsent opens the file as a draft instead of a mail received. Date,
# Message-ID, Bcc and other X- fields are left out on purpose: some programs send a draft's own on.
PEOPLE = ("From", "Reply-To", "To", "Cc")
HEADER: dict[str, str | None] = {
    "X-Unsent": "1",
    **dict.fromkeys(PEOPLE),
    "Subject": None,
    "MIME-Version": "1.0",
}
# What ends the header of a mail that is only a text, and is the header of a text beside files.
TEXT_FIELDS = {"Content-Type": 'text/plain; charset="UTF-8"', "Content-Transfer-Encoding": "base64"}
# What ends the header of a mail with files, and the header of each file.
PARTS_FIELDS: dict[str, str | None] = {"Content-Type": None}
FILE_FIELDS: dict[str, str | None] = {
    "Content-Type": None,
    "Content-Transfer-Encoding": "base64",
    "Content-Disposition": None,
}


class Mailbox(NamedTuple):
    """One person or one shared mailbox: a name, which may be empty, and an ASCII addr-spec."""

    display: str
    address: str


class AttachmentFacts(NamedTuple):
    """An attached file as the outbox remembers it: name, number of bytes, SHA-256 (hexadecimal)."""

    name: str
    size: int
    sha256: str


class Attachment(NamedTuple):
    """An attached file: its name with extension, its media type, and its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def facts(self) -> AttachmentFacts:
        """By what the file can be recognised later."""
        from hashlib import sha256

        return AttachmentFacts(self.name, len(self.content), sha256(self.content).hexdigest())


class Mail(NamedTuple):
    """One mail as a person sees it: decoded text; the body's lines end in LF.

    With attachments the text is the first of several parts (``attachments.py``).
    """

    sender: Mailbox
    reply_to: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
