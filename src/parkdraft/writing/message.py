"""What a mail is: people, a subject, a text, and files that go along."""

from __future__ import annotations

from typing import NamedTuple


class Mailbox(NamedTuple):
    """One person or one shared mailbox: a name, which may be empty, and an ASCII addr-spec."""

    display: str
    address: str


class Attachment(NamedTuple):
    """One file that goes along: its name with extension, its media type, and its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def facts(self) -> AttachmentFacts:
        """By what the file is known again."""
        from hashlib import sha256

        return AttachmentFacts(self.name, len(self.content), sha256(self.content).hexdigest())


class AttachmentFacts(NamedTuple):
    """What is remembered of a file that goes along: name, bytes, and SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


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
