"""Encryption at rest: AES-256-GCM, a key for each interview, wrapped by a master key.

A part file is a run of records. Each is sealed on its own, so that any byte range can be read
without the rest, and says by its nonce and associated data which interview, part and place it belongs to: a
record that is changed, moved, exchanged or left out is refused. Nonces count, and a key never meets
one twice: a part is written by one process only and never added to after that.
"""

from __future__ import annotations

import json
import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from media_pipeline.recording.errors import DamagedRecordingError, RecordingError

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
NONCE_BYTES: Final = 12
LARGEST_RECORD: Final = 64 * 1024
"""Bytes of media in one record: what is decrypted at least to read one byte."""

RecordKind = Literal["media", "note", "end", "mended_end"]
KIND_NUMBERS: Final[dict[RecordKind, int]] = {"media": 1, "note": 2, "end": 3, "mended_end": 4}
"""``mended_end`` is written by another process than the part's own, so it has nonces of its own."""

_CONTEXT: Final = b"viva recording 1"
_KEY_CONTEXT: Final = b"viva recording key 1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs."""

    part: int
    number: int
    """Of the record in the part, from 0."""
    kind: RecordKind

    def nonce(self) -> bytes:
        """12 bytes: 1 for who writes, 3 for the part, 8 for the record."""
        writer = 1 if self.kind == "mended_end" else 0
        return bytes([writer]) + self.part.to_bytes(3, "big") + self.number.to_bytes(8, "big")


class DataKey:
    """An interview's own key."""

    def __init__(self, interview: str, key: bytes) -> None:
        self._interview = interview.encode()
        self._cipher = AESGCM(key)

    def seal(self, place: Place, content: bytes) -> bytes:
        """``TAG_BYTES`` longer than ``content``."""
        return self._cipher.encrypt(place.nonce(), content, self._about(place))

    def open(self, place: Place, sealed: bytes) -> bytes:
        """Raises ``DamagedRecordingError`` for anything but what was sealed for this place."""
        try:
            return self._cipher.decrypt(place.nonce(), sealed, self._about(place))
        except InvalidTag as error:
            raise DamagedRecordingError(
                f"Part {place.part} of the recording is damaged at record {place.number}."
            ) from error

    def _about(self, place: Place) -> bytes:
        kind = KIND_NUMBERS[place.kind]
        return _CONTEXT + struct.pack(">BIQ", kind, place.part, place.number) + self._interview


class MasterKeys:
    """The keys that wrap interviews' keys, by id, the newest last."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    def new_key(self, interview: str) -> tuple[DataKey, bytes]:
        """A fresh key, and the document that keeps it wrapped."""
        master_id, master = next(reversed(self._keys.items()))
        key, nonce = AESGCM.generate_key(KEY_BYTES * 8), os.urandom(NONCE_BYTES)
        wrapped = AESGCM(master).encrypt(nonce, key, _key_context(interview))
        document = {
            "master": master_id,
            "nonce": b64encode(nonce).decode(),
            "wrapped": b64encode(wrapped).decode(),
        }
        return DataKey(interview, key), json.dumps(document).encode()

    def unwrap(self, interview: str, document: bytes) -> DataKey:
        """Raises ``DamagedRecordingError``, or ``RecordingError`` where the master key is not here."""
        try:
            read = json.loads(document)
            master_id, nonce, wrapped = read["master"], b64decode(read["nonce"]), b64decode(read["wrapped"])
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedRecordingError("The recording's key file cannot be read.") from error
        master = self._keys.get(master_id)
        if master is None:
            raise RecordingError(
                f"The recording's key is wrapped by the master key {master_id}, which is not here. "
                "Put the file of VIVA_RECORDING_KEY_FILE back that it was made with."
            )
        try:
            return DataKey(interview, AESGCM(master).decrypt(nonce, wrapped, _key_context(interview)))
        except InvalidTag as error:
            raise DamagedRecordingError("The recording's key file is not this interview's.") from error


def _key_context(interview: str) -> bytes:
    return _KEY_CONTEXT + interview.encode()
