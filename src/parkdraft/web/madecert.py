"""``--make-cert``: a root that IT gives to the PCs, and by it the server's certificate.

The root can vouch for this one name and these addresses only (name constraints, RFC 5280 4.2.1.10,
critical): with its key nobody can stand in for another server. The certificate lasts 397 days,
which browsers take of every root that somebody installed.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.errors import Problem
from parkdraft.files import storage_errors
from parkdraft.web.certificates import Pair, certificate_in, is_address, key_in, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_LEAF, _ROOT, _RENEWED = timedelta(days=397), timedelta(days=3650), timedelta(days=30)
_CLOCKS = timedelta(hours=12)
"""By which the clock of a PC may be late."""
ROOT = "parkdraft-root.crt"
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def folder(environment: Mapping[str, str]) -> Path:
    """Where what is made is kept: the user's own data, never the home, which is shared."""
    if sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "parkdraft" / "tls"


def made(name: str, addresses: Sequence[str], place: Path, now: datetime) -> Pair:
    """The certificate of ``name`` and, as far as the root allows, of ``addresses``.

    Made at the first call and used again until less than 30 days are left, or an address came or
    went that the root allows. ``now`` is local. Raises StorageError.
    """
    place = place / name.replace(":", "-")
    moment = now.astimezone(UTC)
    cert, key = place / "server.crt", place / "server.key"
    with storage_errors(place.name):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        root, root_key = _root(place, name, addresses, moment)
        wanted = _wanted(name, addresses, root)
        kept = _kept(cert, key, root)
        if kept is None or kept[0] != wanted or kept[1] - moment < _RENEWED:
            until = min(moment + _LEAF, root.not_valid_after_utc).replace(microsecond=0)
            _make_leaf(place, wanted, (root, root_key), (moment, until))
            kept = wanted, until - _CLOCKS
    return Pair(cert, key, *kept, root=place / ROOT)


def _kept(cert: Path, key: Path, root: x509.Certificate) -> tuple[tuple[str, ...], datetime] | None:
    """Names and end of the certificate that is there, if it is one of this root and whole."""
    from cryptography.exceptions import InvalidSignature

    problems: list[Problem] = []
    certificate, private = certificate_in(cert, problems), key_in(key, problems)
    if certificate is None or private is None or private.public_key() != certificate.public_key():
        return None
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return None
    return names_in(certificate), certificate.not_valid_after_utc


def _wanted(name: str, addresses: Sequence[str], root: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value
    networks = [
        one.value for one in allowed.permitted_subtrees or () if isinstance(one, x509.IPAddress)
    ]
    numbers = sorted({str(ip_address(one)) for one in addresses} - {name})
    return (name, *(one for one in numbers if ip_network(one) in networks))


def _root(
    place: Path, name: str, addresses: Sequence[str], now: datetime
) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    """The root that is there, or a new one where it is missing, broken or about to end."""
    from cryptography.hazmat.primitives.asymmetric import ec

    problems: list[Problem] = []
    root, key = certificate_in(place / ROOT, problems), key_in(place / "root.key", problems)
    if (
        root is not None
        and isinstance(key, ec.EllipticCurvePrivateKey)
        and key.public_key() == root.public_key()
        and root.not_valid_after_utc - now > _RENEWED
    ):
        return root, key
    return _make_root(place, name, addresses, now)


def _make_root(
    place: Path, name: str, addresses: Sequence[str], now: datetime
) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    numbers = {ip_address(one) for one in (*addresses, name) if is_address(one)}
    permitted: list[x509.GeneralName] = [x509.IPAddress(ip_network(one)) for one in numbers]
    hosts = [] if is_address(name) else [x509.DNSName(name)]
    # a kind of name that is not permitted at all has to be excluded, or anything of it goes
    excluded: list[x509.GeneralName] = [] if hosts else [x509.DNSName("")]
    for version, everything in ((4, "0.0.0.0/0"), (6, "::/0")):
        if not any(one.version == version for one in numbers):
            excluded.append(x509.IPAddress(ip_network(everything)))
    subject = _subject(f"parkdraft root for {name}"[:64])
    usage = x509.KeyUsage(
        **dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
    )
    root = (
        _builder(subject, subject, key, (now, now + _ROOT))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([*hosts, *permitted], excluded or None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(place / "root.key", key)
    _write(place / ROOT, _pem(root))
    return root, key


def _make_leaf(
    place: Path,
    names: Sequence[str],
    root: tuple[x509.Certificate, EllipticCurvePrivateKey],
    period: tuple[datetime, datetime],
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    issuer, signing = root
    key = ec.generate_private_key(ec.SECP256R1())
    general: list[x509.GeneralName] = [
        x509.IPAddress(ip_address(one)) if is_address(one) else x509.DNSName(one) for one in names
    ]
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    leaf = (
        _builder(_subject("parkdraft server"), issuer.subject, key, period)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
        .add_extension(purpose, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, hashes.SHA256())
    )
    _write_key(place / "server.key", key)
    _write(place / "server.crt", _pem(leaf))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    period: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    from cryptography import x509

    begin, end = period
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - _CLOCKS)
        .not_valid_after(end - _CLOCKS)
    )


def _subject(name: str) -> x509.Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _write_key(path: Path, key: EllipticCurvePrivateKey) -> None:
    from cryptography.hazmat.primitives import serialization as form

    _write(
        path, key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
