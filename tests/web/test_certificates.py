"""The server's certificate: the company's is checked before anything starts, ours is made."""

from __future__ import annotations

import socket
import ssl
import stat
import sys
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.helpers.problems import codes_of

from parkdraft.web.certificates import Pair, checked, read_name
from parkdraft.web.madecert import folder, made

NOW = datetime.now().replace(microsecond=0)
NAME = "parkdraft.example.co.kr"


def written(
    place: Path,
    *,
    days: tuple[int, int] = (-1, 90),
    names: tuple[str, ...] = (NAME,),
    phrase: bytes | None = None,
    rsa_key: bool = False,
) -> tuple[Path, Path]:
    """A certificate of its own, and its key, as a company might hand them out."""
    key = (
        rsa.generate_private_key(65537, 2048)
        if rsa_key
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "made up")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW.astimezone(UTC) + timedelta(days=days[0]))
        .not_valid_after(NOW.astimezone(UTC) + timedelta(days=days[1]))
    )
    if names:
        general = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(general, critical=False)
    cert_file, key_file = place / "company.pem", place / "company.key"
    encoding = serialization.Encoding.PEM
    cert_file.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(encoding))
    locked = (
        serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
    )
    key_file.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, locked))
    return cert_file, key_file


# ---- the company's ---------------------------------------------------------------------------


@pytest.mark.parametrize("rsa_key", [True, False])
def test_a_good_pair_is_taken_with_its_names(tmp_path: Path, rsa_key: bool) -> None:
    names = ("*.example.co.kr", "Parkdraft.example.co.kr")
    cert, key = written(tmp_path, names=names, rsa_key=rsa_key)
    pair = checked(cert, key, NOW)
    assert pair.names == ("parkdraft.example.co.kr", "*.example.co.kr")
    assert pair.root is None
    assert pair.until == (NOW + timedelta(days=90)).astimezone(UTC)


def test_each_fault_is_said(tmp_path: Path) -> None:
    cert, key = written(tmp_path, days=(-90, -1))
    assert codes_of(checked, cert, key, NOW) == ["serve.cert-expired"]
    cert, key = written(tmp_path, days=(1, 90))
    assert codes_of(checked, cert, key, NOW) == ["serve.cert-early"]
    cert, key = written(tmp_path, names=())
    assert codes_of(checked, cert, key, NOW) == ["serve.cert-nameless"]
    cert, key = written(tmp_path, phrase=b"secret")
    assert codes_of(checked, cert, key, NOW) == ["serve.key-locked"]
    cert, key = written(tmp_path)
    assert codes_of(checked, key, key, NOW) == ["serve.cert-unreadable"]
    assert codes_of(checked, cert, cert, NOW) == ["serve.key-unreadable"]
    assert codes_of(checked, cert, tmp_path, NOW) == ["serve.key-unreadable"]
    other = tmp_path / "other"
    other.mkdir()
    assert codes_of(checked, cert, written(other)[1], NOW) == ["serve.pair"]


def test_all_faults_are_said_together(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    cert, _ = written(tmp_path, days=(-90, -1), names=())
    faults = ["serve.cert-expired", "serve.pair", "serve.cert-nameless"]
    assert codes_of(checked, cert, written(other)[1], NOW) == faults
    gone = tmp_path / "nothing"
    assert codes_of(checked, gone, gone, NOW) == ["serve.cert-unreadable", "serve.key-unreadable"]


# ---- made here -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Parkdraft.Example.co.kr", "parkdraft.example.co.kr"),
        (" parkdraft ", "parkdraft"),
        ("192.0.2.10", "192.0.2.10"),
        ("2001:DB8::1", "2001:db8::1"),
        *((bad, None) for bad in ("", "a b", "-a", "a-", "a..b", "*.a", "../a", "a/b", "a_b")),
        *((bad, None) for bad in ("192.0.2.999", "주차", "a" * 64, "a.b:8443", "https://a", ".")),
    ],
)
def test_what_is_a_name(text: str, name: str | None) -> None:
    assert read_name(text) == name


def presented(pair: Pair, root: Path, called: str) -> str:
    """What a browser that trusts ``root`` finds of a server; the name that the handshake proved."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pair.cert, pair.key)
    client = ssl.create_default_context(cafile=root)
    one, other = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(one, server_side=True).close()
        except OSError:  # the client turned away
            one.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client.wrap_socket(other, server_hostname=called) as done:
            return str(done.version())
    finally:
        other.close()
        thread.join(10)


def test_what_is_made_is_believed_by_whoever_trusts_the_root(tmp_path: Path) -> None:
    pair = made(NAME, ["192.0.2.10", "2001:db8::1"], tmp_path, NOW)
    assert pair.names == (NAME, "192.0.2.10", "2001:db8::1")
    assert pair.root is not None
    for called in pair.names:
        assert presented(pair, pair.root, called) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        presented(pair, pair.root, "other.example.co.kr")


def test_an_address_can_be_the_name(tmp_path: Path) -> None:
    pair = made("192.0.2.10", ["192.0.2.10", "192.0.2.11"], tmp_path, NOW)
    assert pair.names == ("192.0.2.10", "192.0.2.11")
    assert pair.root is not None
    assert presented(pair, pair.root, "192.0.2.10")


@pytest.mark.parametrize("name", ["bank.example.com", "192.0.2.99", "2001:db8::99"])
@pytest.mark.parametrize("made_for", [NAME, "192.0.2.10"])
def test_the_root_vouches_for_nothing_else(tmp_path: Path, name: str, made_for: str) -> None:
    """Its stolen key makes no certificate of another name that a PC believes."""
    pair = made(made_for, ["192.0.2.10"], tmp_path, NOW)
    assert pair.root is not None
    root = x509.load_pem_x509_certificate(pair.root.read_bytes())
    key = serialization.load_pem_private_key((pair.root.parent / "root.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    own = ec.generate_private_key(ec.SECP256R1())
    general: x509.GeneralName = x509.DNSName(name)
    if name != "bank.example.com":
        general = x509.IPAddress(ip_address(name))
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "forged")]))
        .issuer_name(root.subject)
        .public_key(own.public_key())
        .serial_number(1)
        .not_valid_before(NOW.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(NOW.astimezone(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([general]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, key_file = tmp_path / "forged.crt", tmp_path / "forged.key"
    encoding = serialization.Encoding.PEM
    cert.write_bytes(forged.public_bytes(encoding))
    plain = serialization.NoEncryption()
    key_file.write_bytes(own.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        presented(pair._replace(cert=cert, key=key_file), pair.root, name)
    constraints = root.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical


def test_it_is_made_once_and_renewed_when_less_than_thirty_days_are_left(tmp_path: Path) -> None:
    first = made(NAME, [], tmp_path, NOW)
    assert first.root is not None
    root, leaf = first.root.read_bytes(), first.cert.read_bytes()
    assert made(NAME, [], tmp_path, NOW + timedelta(days=366)) == first
    assert first.cert.read_bytes() == leaf
    later = made(NAME, [], tmp_path, NOW + timedelta(days=368))
    assert later.cert.read_bytes() != leaf
    assert later.until > first.until
    assert later.until - (NOW + timedelta(days=368)).astimezone(UTC) <= timedelta(days=397)
    assert later.root is not None
    assert later.root.read_bytes() == root
    whole = x509.load_pem_x509_certificate(later.cert.read_bytes())
    assert whole.not_valid_after_utc - whole.not_valid_before_utc <= timedelta(days=397)


def test_a_new_address_that_the_root_does_not_allow_stays_out(tmp_path: Path) -> None:
    made(NAME, ["192.0.2.10"], tmp_path, NOW)
    assert made(NAME, ["192.0.2.10", "192.0.2.11"], tmp_path, NOW).names == (NAME, "192.0.2.10")
    assert made(NAME, ["192.0.2.11"], tmp_path, NOW).names == (NAME,)


@pytest.mark.parametrize("file", ["server.key", "server.crt"])
@pytest.mark.parametrize("damage", [b"", b"-----BEGIN", None])
def test_what_is_half_there_is_made_again(tmp_path: Path, file: str, damage: bytes | None) -> None:
    pair = made(NAME, [], tmp_path, NOW)
    assert pair.root is not None
    path = pair.root.with_name(file)
    path.unlink() if damage is None else path.write_bytes(damage)
    again = made(NAME, [], tmp_path, NOW)
    assert presented(again, pair.root, NAME)


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's own rights keep it")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    pair = made(NAME, [], tmp_path / "deep" / "tls", NOW)
    assert pair.root is not None
    place = pair.root.parent
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}
    assert len(list(place.iterdir())) == 4


def test_it_is_kept_in_the_users_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    if sys.platform == "win32":
        assert folder({"LOCALAPPDATA": str(own)}) == own / "parkdraft" / "tls"
        return
    assert folder({"XDG_DATA_HOME": str(own)}) == own / "parkdraft" / "tls"
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert folder({}) == tmp_path / ".local" / "share" / "parkdraft" / "tls"
