"""DTLS by GnuTLS, for peers that OpenSSL 4 cannot talk to: FFmpeg's WHIP publisher.

FFmpeg built with GnuTLS (PyAV's wheels, Debian's ffmpeg) makes itself a certificate on the curve
secp224r1 and signs the handshake with it. OpenSSL 4 has removed that curve from TLS; it answers
with the alert ``illegal_parameter``, and no setting brings the curve back. GnuTLS comes with PyAV,
so it takes the handshake with such peers: those that offer ``a=setup:passive``, which FFmpeg does
and browsers never do (RFC 8829 §5.2.1: they offer ``actpass``). The peer is authenticated as
always, by the fingerprint in its offer. May go when FFmpeg makes P-256 certificates there too.
"""

from __future__ import annotations

import ctypes
import errno
import functools
from collections import deque
from typing import Any, Final

from aiortc import RTCCertificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from OpenSSL import SSL

from media_pipeline.rtc.native import load_library

_CLIENT, _DATAGRAM, _NONBLOCK = 1 << 1, 1 << 2, 1 << 3
_CERTIFICATE_CREDENTIALS, _PEM, _SHUT_WRITE = 1, 1, 1
_AGAIN, _INTERRUPTED = -28, -52
_SRTP_AES128_CM_HMAC_SHA1_80: Final = 1

_PRIORITY: Final = b"NORMAL:-VERS-ALL:+VERS-DTLS1.2:+GROUP-ALL:%PROFILE_LOW"
"""DTLS 1.2 with GnuTLS' own choice of ciphers, and the curve this is about (profile low: 112 bits)."""

_MTU: Final = 1_200
_RETRANSMIT_MS: Final = 200
"""FFmpeg swallows the first ClientHello while it is still in its ICE loop; the usual second is long."""
_GIVE_UP_MS: Final = 10_000

_Push = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_Pull = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_PullTimeout = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint)


class _Datum(ctypes.Structure):
    """gnutls_datum_t."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint)]


def available() -> bool:
    """Whether GnuTLS can be had here."""
    return _gnutls() is not None


class GnutlsClient:
    """Speaks as much of ``OpenSSL.SSL.Connection`` as aiortc's DTLS transport uses, as DTLS client."""

    def __init__(self, certificate: RTCCertificate) -> None:
        library = _gnutls()
        if library is None:
            raise SSL.Error("GnuTLS is not installed")
        self._library = library
        self._incoming: deque[bytes] = deque(maxlen=64)
        self._outgoing: deque[bytes] = deque(maxlen=64)
        self._done = False
        self._session = ctypes.c_void_p()
        self._credentials = ctypes.c_void_p()
        # GnuTLS keeps these pointers, so that we must keep the objects.
        self._callbacks = (_Push(self._push), _Pull(self._pull), _PullTimeout(self._pull_timeout))
        self._check(library.gnutls_init(ctypes.byref(self._session), _CLIENT | _DATAGRAM | _NONBLOCK))
        self._check(library.gnutls_priority_set_direct(self._session, _PRIORITY, None))
        self._set_certificate(certificate)
        self._check(library.gnutls_srtp_set_profile(self._session, _SRTP_AES128_CM_HMAC_SHA1_80))
        library.gnutls_dtls_set_mtu(self._session, _MTU)
        library.gnutls_dtls_set_timeouts(self._session, _RETRANSMIT_MS, _GIVE_UP_MS)
        library.gnutls_transport_set_push_function(self._session, self._callbacks[0])
        library.gnutls_transport_set_pull_function(self._session, self._callbacks[1])
        library.gnutls_transport_set_pull_timeout_function(self._session, self._callbacks[2])

    def do_handshake(self) -> None:
        """Goes on with the handshake. Raises ``SSL.WantReadError`` until it is done."""
        result = self._library.gnutls_handshake(self._session)
        if result == 0:
            self._done = True
        elif result in (_AGAIN, _INTERRUPTED) or not self._library.gnutls_error_is_fatal(result):
            raise SSL.WantReadError
        else:
            raise SSL.Error(self._text(result))

    def bio_write(self, data: bytes) -> int:
        """A datagram from the peer."""
        self._incoming.append(data)
        return len(data)

    def bio_read(self, size: int) -> bytes:
        """What is to be sent, as many records as fit one datagram. Raises ``SSL.WantReadError``."""
        if not self._outgoing:
            raise SSL.WantReadError
        datagram = self._outgoing.popleft()
        while self._outgoing and len(datagram) + len(self._outgoing[0]) <= min(size, _MTU):
            datagram += self._outgoing.popleft()
        return datagram

    def recv(self, size: int) -> bytes:
        """Application data; there is none but the peer's goodbye. Raises ``SSL.ZeroReturnError`` for it."""
        if not self._done:
            raise SSL.WantReadError
        buffer = ctypes.create_string_buffer(size)
        result = self._library.gnutls_record_recv(self._session, buffer, size)
        if result > 0:
            return buffer.raw[:result]
        if result == 0:
            raise SSL.ZeroReturnError
        raise SSL.WantReadError

    def shutdown(self) -> bool:
        if self._done:
            self._library.gnutls_bye(self._session, _SHUT_WRITE)
        return True

    def DTLSv1_get_timeout(self) -> float | None:  # noqa: N802 (pyOpenSSL's name)
        if self._done:
            return None
        return max(0.01, float(self._library.gnutls_dtls_get_timeout(self._session)) / 1000.0)

    def DTLSv1_handle_timeout(self) -> bool:  # noqa: N802 (pyOpenSSL's name)
        """Nothing to do: the next ``do_handshake`` sends again what was due."""
        return True

    def get_peer_certificate(self, *, as_cryptography: bool) -> x509.Certificate:
        count = ctypes.c_uint()
        chain = self._library.gnutls_certificate_get_peers(self._session, ctypes.byref(count))
        if not chain or not count.value:
            raise SSL.Error("The peer sent no certificate")
        first = chain[0]
        return x509.load_der_x509_certificate(ctypes.string_at(first.data, first.size))

    def get_selected_srtp_profile(self) -> bytes:
        profile = ctypes.c_int()
        if self._library.gnutls_srtp_get_selected_profile(self._session, ctypes.byref(profile)) != 0:
            return b""
        return b"SRTP_AES128_CM_SHA1_80" if profile.value == _SRTP_AES128_CM_HMAC_SHA1_80 else b""

    def export_keying_material(self, label: bytes, size: int) -> bytes:
        """RFC 5705, without context, as RFC 5764 §4.2 has it."""
        buffer = ctypes.create_string_buffer(size)
        self._check(self._library.gnutls_prf_rfc5705(self._session, len(label), label, 0, None, size, buffer))
        return buffer.raw

    def _set_certificate(self, certificate: RTCCertificate) -> None:
        library = self._library
        self._check(library.gnutls_certificate_allocate_credentials(ctypes.byref(self._credentials)))
        own = certificate._cert.public_bytes(Encoding.PEM)
        key = certificate._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._check(
            library.gnutls_certificate_set_x509_key_mem(
                self._credentials, ctypes.byref(_datum(own)), ctypes.byref(_datum(key)), _PEM
            )
        )
        self._check(
            library.gnutls_credentials_set(self._session, _CERTIFICATE_CREDENTIALS, self._credentials)
        )

    def _push(self, _: Any, data: int, size: int) -> int:
        self._outgoing.append(ctypes.string_at(data, size))
        return size

    def _pull(self, _: Any, data: int, size: int) -> int:
        if not self._incoming:
            self._library.gnutls_transport_set_errno(self._session, errno.EAGAIN)
            return -1
        datagram = self._incoming.popleft()[:size]
        ctypes.memmove(data, datagram, len(datagram))
        return len(datagram)

    def _pull_timeout(self, _: Any, milliseconds: int) -> int:
        return int(bool(self._incoming))

    def _check(self, result: int) -> None:
        if result < 0:
            raise SSL.Error(self._text(result))

    def _text(self, result: int) -> str:
        text: bytes = self._library.gnutls_strerror(result)
        return text.decode(errors="replace")

    def __del__(self) -> None:
        if getattr(self, "_session", None):
            self._library.gnutls_deinit(self._session)
        if getattr(self, "_credentials", None):
            self._library.gnutls_certificate_free_credentials(self._credentials)


def _datum(data: bytes) -> _Datum:
    # The bytes outlive the call: both callers hold them, and GnuTLS copies what it needs.
    return _Datum(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data))


@functools.cache
def _gnutls() -> ctypes.CDLL | None:
    return load_library("gnutls", _declare)


def _declare(library: ctypes.CDLL) -> None:
    """The signatures used, from gnutls.h."""
    pointer, integer, unsigned = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "gnutls_init": (integer, [pointer, unsigned]),
        "gnutls_deinit": (None, [pointer]),
        "gnutls_priority_set_direct": (integer, [pointer, ctypes.c_char_p, pointer]),
        "gnutls_certificate_allocate_credentials": (integer, [pointer]),
        "gnutls_certificate_free_credentials": (None, [pointer]),
        "gnutls_certificate_set_x509_key_mem": (integer, [pointer, pointer, pointer, integer]),
        "gnutls_credentials_set": (integer, [pointer, integer, pointer]),
        "gnutls_certificate_get_peers": (ctypes.POINTER(_Datum), [pointer, pointer]),
        "gnutls_srtp_set_profile": (integer, [pointer, integer]),
        "gnutls_srtp_get_selected_profile": (integer, [pointer, pointer]),
        "gnutls_prf_rfc5705": (
            integer,
            [pointer, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, pointer, ctypes.c_size_t, pointer],
        ),
        "gnutls_dtls_set_mtu": (None, [pointer, unsigned]),
        "gnutls_dtls_set_timeouts": (None, [pointer, unsigned, unsigned]),
        "gnutls_dtls_get_timeout": (unsigned, [pointer]),
        "gnutls_transport_set_push_function": (None, [pointer, _Push]),
        "gnutls_transport_set_pull_function": (None, [pointer, _Pull]),
        "gnutls_transport_set_pull_timeout_function": (None, [pointer, _PullTimeout]),
        "gnutls_transport_set_errno": (None, [pointer, integer]),
        "gnutls_handshake": (integer, [pointer]),
        "gnutls_record_recv": (ctypes.c_ssize_t, [pointer, pointer, ctypes.c_size_t]),
        "gnutls_bye": (integer, [pointer, integer]),
        "gnutls_error_is_fatal": (integer, [integer]),
        "gnutls_strerror": (ctypes.c_char_p, [integer]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
