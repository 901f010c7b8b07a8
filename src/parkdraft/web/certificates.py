"""The certificate of a team's server: the company's, checked before anything starts."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import Problem, StorageError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


class Pair(NamedTuple):
    """A certificate with its key, in files, and the names and addresses that stand in it."""

    cert: Path
    key: Path
    names: tuple[str, ...]
    until: datetime
    root: Path | None = None
    """What IT gives to the PCs, where it was made here."""


def read_name(text: str) -> str | None:
    """A host name or an IP address as it is compared; None where it is neither."""
    text = text.strip().lower()
    try:
        return str(ip_address(text))
    except ValueError:
        pass
    labels = text.split(".")
    good = len(text) <= 253 and all(map(_is_label, labels)) and not labels[-1].isdigit()
    return text if good else None


def _is_label(text: str) -> bool:
    """A part of a host name (RFC 1123 2.1)."""
    letters = text.replace("-", "")
    ends = text.startswith("-") or text.endswith("-")
    return text.isascii() and letters.isalnum() and not ends and len(text) <= 63


def checked(cert: Path, key: Path, now: datetime) -> Pair:
    """A certificate (with its chain) and its key, PEM; ``now`` is local.

    Raises StorageError with all that is wrong: not readable, key with a pass phrase, not
    belonging together, expired or not valid yet, without a name.
    """
    problems: list[Problem] = []
    certificate = certificate_in(cert, problems)
    private = key_in(key, problems)
    if certificate is not None:
        moment = now.astimezone(UTC)
        data = {"file": cert.name, "date": certificate.not_valid_after_utc.astimezone().date()}
        if moment > certificate.not_valid_after_utc:
            problems.append(Problem("serve.cert-expired", "cert", data=data))
        if moment < certificate.not_valid_before_utc:
            data["date"] = certificate.not_valid_before_utc.astimezone().date()
            problems.append(Problem("serve.cert-early", "cert", data=data))
        if private is not None and private.public_key() != certificate.public_key():
            problems.append(Problem("serve.pair", "key", data={"file": key.name}))
    names = names_in(certificate) if certificate is not None else ()
    if certificate is not None and not names:
        problems.append(Problem("serve.cert-nameless", "cert", data={"file": cert.name}))
    if problems:
        raise StorageError(problems)
    assert certificate is not None  # else a problem says so
    return Pair(cert, key, names, certificate.not_valid_after_utc)


def certificate_in(path: Path, problems: list[Problem]) -> x509.Certificate | None:
    """The first certificate of a PEM file; None, and a problem, where it has none."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError):
        problems.append(Problem("serve.cert-unreadable", "cert", data={"file": path.name}))
        return None


def key_in(path: Path, problems: list[Problem]) -> PrivateKeyTypes | None:
    """The private key of a PEM file; None, and a problem, where it cannot be used."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(path.read_bytes(), None)
    except TypeError:  # it has a pass phrase
        problems.append(Problem("serve.key-locked", "key", data={"file": path.name}))
    except (OSError, ValueError, UnsupportedAlgorithm):
        problems.append(Problem("serve.key-unreadable", "key", data={"file": path.name}))
    return None


def names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    """Its host names and IP addresses; the first one is the server's address."""
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    hosts = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    hosts.sort(key=lambda name: name.startswith("*"))
    return (*hosts, *(str(one) for one in names.get_values_for_type(x509.IPAddress)))


def is_address(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
