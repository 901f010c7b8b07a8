"""Mails with one to five files, read by every mail parser that is there: they must agree.

python tests/stress/parsers.py

The parsers of other languages and programs are asked where they are installed; of one that is
not, this says so. On Debian: ``apt-get install mutt neomutt libemail-mime-perl
libmime-tools-perl gir1.2-gmime-3.0 python3-gi``; for Node ``npm install mailparser
postal-mime``, and its ``node_modules`` in NODE_PATH; from PyPI ``mail-parser``. Nothing is
sent: mutt hands what it read to a script that keeps it.
"""

from __future__ import annotations

import email
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.writing.mail import write
from parkdraft.writing.message import Attachment, Mail, Mailbox
from parkdraft.writing.readback import read

EACH = 6
"""Mails for each number of files."""
SEED = 20261123
SHARED = Mailbox("주차 고객센터", "parking-help@example.com")
KINDS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".hwp": "application/x-hwp",
    ".hwpx": "application/hwp+zip",
    ".txt": "application/octet-stream",
}
STEMS = (
    *("차량등록증", "사원증 앞면 (가림)", "첨부1", "재직증명서_2026-11-23", "결제 영수증 12,000원"),
    *(
        "한화생명 직원 확인서 [제출용]",
        "주차권 이용 내역 2026년 11월 가온타워 지하 3층 정기권",
        "가",
    ),
    *("it's 100%; a=b & c+d", "🚗 사진", "scan0001", "똠방각하 뷁 펲시콜라", "가" * 70, "a" * 200),
)


class Seen(NamedTuple):
    """What a parser found: the subject, the text, and name and SHA-256 of each file."""

    subject: str
    text: str
    files: tuple[tuple[str, str], ...]


Parser = Callable[[Path], Seen]


def main() -> int:
    """Let all parsers read all mails; 1 where one disagrees."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        mails = list(made(Path(folder)))
        for name, parser in PARSERS.items():
            if why := missing(name, Path(folder)):
                print(f"{name:28} not here: {why}")
                continue
            bad = [path.name for path, mail in mails if parser(path) != wanted(mail)]
            wrong += len(bad)
            print(f"{name:28} {len(mails) - len(bad)} of {len(mails)} alike", *bad[:5])
    return 1 if wrong else 0


def made(folder: Path) -> Iterator[tuple[Path, Mail]]:
    """Mails with files of every kind under awkward names, each written to a file of its own."""
    chance = random.Random(SEED)
    for count in range(1, 6):
        for number in range(EACH):
            names = [stem + chance.choice(list(KINDS)) for stem in chance.sample(STEMS, count)]
            files = tuple(
                Attachment(
                    name,
                    KINDS[name[name.rindex(".") :]],
                    chance.choice([chance.randbytes(chance.randint(1, 5000)), TEXT.encode()]),
                )
                for name in names
            )
            body = BODY + "".join(f"첨부파일 : {name}\n" for name in names) + "\n감사합니다.\n"
            mail = Mail(
                SHARED,
                SHARED,
                (Mailbox("김하늘 주임", "haneul@example.com"),),
                (Mailbox("박도윤", "doyun@example.com"), Mailbox("이서연 대리", "seo@example.com")),
                f"[정기권 차량번호 변경 요청] 가온타워 / 3456→6789 / 접수 {count}-{number:03}",
                body,
                files,
            )
            path = folder / f"{count}-{number}.eml"
            path.write_bytes(write(mail))
            assert read(path.read_bytes()) == mail
            yield path, mail


BODY = "안녕하세요, 김하늘 주임님.\n주차 고객센터입니다.\n\n주차현장 : 가온타워\n"
TEXT = "From 첫 줄\r\n.\r\n--=_0\r\n마지막 줄 없음"


def wanted(mail: Mail) -> Seen:
    """What every parser must find."""
    files = tuple((one.name, one.facts.sha256) for one in mail.attachments)
    return Seen(mail.subject, plain(mail.body), files)


def plain(text: str) -> str:
    """A text without what parsers may change: the kind of line ends, and those at the end."""
    return text.replace("\r\n", "\n").rstrip("\n")


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


# ---- parsers for Python ----------------------------------------------------------------------


def standard(chosen: policy.Policy[Any]) -> Parser:
    """The standard library, by one of its policies."""

    def parse(path: Path) -> Seen:
        return of_message(email.message_from_bytes(path.read_bytes(), policy=chosen))

    return parse


def of_message(whole: Message) -> Seen:
    """What the standard library finds, its subject decoded by hand (gh-128110)."""
    text, *files = [part for part in whole.walk() if not part.is_multipart()]
    return Seen(
        subject_of(bytes(whole)),
        plain(content_of(text).decode()),
        tuple((str(one.get_filename()), digest(content_of(one))) for one in files),
    )


def subject_of(data: bytes) -> str:
    """A subject, decoded by the older reader, which inserts no spaces."""
    from email.header import decode_header, make_header

    raw = BytesHeaderParser(policy=policy.compat32).parsebytes(data)["Subject"]
    return str(make_header(decode_header(str(raw))))


def content_of(part: Message) -> bytes:
    """The bytes of a part."""
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)
    return found


def rust(path: Path) -> Seen:
    """fast-mail-parser."""
    from fast_mail_parser import parse_email

    found = parse_email(path.read_bytes())
    files = tuple((one.filename, digest(bytes(one.content))) for one in found.attachments)
    return Seen(found.subject, plain("".join(found.text_plain)), files)


# ---- parsers in programs of their own: JSON on their standard output --------------------------


def script(*command: str) -> Parser:
    """A program that is given a mail's path and says subject, text and files."""

    def parse(path: Path) -> Seen:
        done = subprocess.run([*command, str(path)], capture_output=True, check=True)
        found = json.loads(done.stdout)
        files = tuple((name, content) for name, content in found["files"])
        return Seen(found["subject"], plain(found["text"]), files)

    return parse


MAIL_PARSER = """
import base64, hashlib, json, sys, mailparser
mail = mailparser.parse_from_file(sys.argv[1])
def content(one):
    data = one["payload"]
    return base64.b64decode(data) if one["binary"] else data.encode()
files = [[one["filename"], hashlib.sha256(content(one)).hexdigest()] for one in mail.attachments]
print(json.dumps({"subject": mail.subject, "text": "".join(mail.text_plain), "files": files}))
"""
GMIME = """
import hashlib, json, sys, gi
gi.require_version("GMime", "3.0")
from gi.repository import GMime
GMime.init()
data = open(sys.argv[1], "rb").read()
mail = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(data)).construct_message(None)
parts = mail.get_mime_part()
files = []
for number in range(1, parts.get_count()):
    part = parts.get_part(number)
    held = GMime.StreamMem.new()
    part.get_content().write_to_stream(held)
    array = held.get_byte_array()
    files.append([part.get_filename(), hashlib.sha256(bytes(array)).hexdigest()])
text = parts.get_part(0).get_text()
print(json.dumps({"subject": mail.get_subject(), "text": text, "files": files}))
"""
NODE_MAILPARSER = """
const { simpleParser } = require("mailparser");
const sha = (data) => require("crypto").createHash("sha256").update(data).digest("hex");
simpleParser(require("fs").readFileSync(process.argv[1])).then((mail) => {
  const files = mail.attachments.map((one) => [one.filename, sha(one.content)]);
  console.log(JSON.stringify({ subject: mail.subject, text: mail.text, files }));
});
"""
POSTAL_MIME = """
const loaded = require("postal-mime");
const PostalMime = loaded.default || loaded;
const bytes = (data) => Buffer.from(data);
const sha = (data) => require("crypto").createHash("sha256").update(bytes(data)).digest("hex");
PostalMime.parse(require("fs").readFileSync(process.argv[1])).then((mail) => {
  const files = mail.attachments.map((one) => [one.filename, sha(one.content)]);
  console.log(JSON.stringify({ subject: mail.subject, text: mail.text, files }));
});
"""
EMAIL_MIME = """
use Email::MIME; use Digest::SHA "sha256_hex"; use JSON::PP;
local $/; open(my $in, "<:raw", $ARGV[0]); my $mail = Email::MIME->new(<$in>);
my ($text, @files) = $mail->subparts;
print encode_json({ subject => $mail->header_str("Subject"), text => $text->body_str,
  files => [map { [$_->filename, sha256_hex($_->body)] } @files] });
"""
MIME_PARSER = """
use MIME::Parser; use MIME::WordDecoder; use Encode; use Digest::SHA "sha256_hex"; use JSON::PP;
my $parser = MIME::Parser->new; $parser->output_to_core(1); $parser->tmp_to_core(1);
my $mail = $parser->parse_open($ARGV[0]); my ($text, @files) = $mail->parts;
sub words { my $word = decode("MIME-Header", shift); chomp $word; $word }
sub file { [words($_[0]->head->recommended_filename), sha256_hex($_[0]->bodyhandle->as_string)] }
print encode_json({ subject => words($mail->head->get("Subject")),
  text => decode("UTF-8", $text->bodyhandle->as_string), files => [map { file($_) } @files] });
"""


def mutt(program: str) -> Parser:
    """mutt takes a draft as its own and hands on what it made of it; a script keeps that."""

    def parse(path: Path) -> Seen:
        kept = path.with_suffix(f".{program}")
        keeper = path.with_name("keep.sh")
        keeper.write_text('#!/bin/sh\ncat > "$KEPT"\n', encoding="ascii")
        keeper.chmod(0o700)
        wishes = [f"set sendmail={keeper}", "set copy=no", "set charset=utf-8", "unset record"]
        wishes += ["set send_charset=utf-8", "set use_envelope_from=no"]
        said = [piece for wish in wishes for piece in ("-e", wish)]
        environment = {**os.environ, "KEPT": str(kept), "LC_ALL": "C.UTF-8"}
        command = [program, "-n", "-F", os.devnull, *said, "-H", str(path)]
        subprocess.run(command, env=environment, input=b"\n", check=True, capture_output=True)
        return of_message(email.message_from_bytes(kept.read_bytes()))

    return parse


PARSERS: dict[str, Parser] = {
    "email, policy.default": standard(policy.default),
    "email, policy.compat32": standard(policy.compat32),
    "fast-mail-parser (Rust)": rust,
    "mail-parser (PyPI)": script(sys.executable, "-c", MAIL_PARSER),
    "GMime": script("/usr/bin/python3", "-c", GMIME),
    "mailparser (Node)": script("node", "-e", NODE_MAILPARSER),
    "postal-mime (Node)": script("node", "-e", POSTAL_MIME),
    "Email::MIME (Perl)": script("perl", "-e", EMAIL_MIME),
    "MIME::Parser (Perl)": script("perl", "-e", MIME_PARSER),
    "mutt": mutt("mutt"),
    "neomutt": mutt("neomutt"),
}
_NEEDS = {
    "mail-parser (PyPI)": (sys.executable, "-c", "import mailparser"),
    "GMime": ("/usr/bin/python3", "-c", "import gi; gi.require_version('GMime', '3.0')"),
    "mailparser (Node)": ("node", "-e", "require('mailparser')"),
    "postal-mime (Node)": ("node", "-e", "require('postal-mime')"),
    "Email::MIME (Perl)": ("perl", "-MEmail::MIME", "-e", "1"),
    "MIME::Parser (Perl)": ("perl", "-MMIME::Parser", "-e", "1"),
    "mutt": ("mutt", "-v"),
    "neomutt": ("neomutt", "-v"),
}
"""Parser → a command that ends well where it is installed."""


def missing(name: str, folder: Path) -> str | None:
    """Why a parser cannot be asked; None where it can."""
    command = _NEEDS.get(name)
    if command is None:
        return None
    if not shutil.which(command[0]):
        return f"no {command[0]}"
    done = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    return None if done.returncode == 0 else "not installed"


if __name__ == "__main__":
    sys.exit(main())
