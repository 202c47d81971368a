"""The seal: a digest of the model file at its own end, so that a damaged or altered file is noticed.

Protobuf lets one more field be appended to a message, and ONNX keeps `metadata_props` as such a field: the seal is a
last metadata entry "sha256" over all the bytes before it. The file stays a valid ONNX file for every other tool. It
guards against accidents and careless edits, not against somebody who can also write a new seal.
"""

import hashlib

from ..errors import ArtifactError

__all__ = ["check_seal", "seal"]

# ModelProto.metadata_props (field 14) of length 74: StringStringEntryProto key (field 1) "sha256", value (field 2).
_PREFIX = b"\x72\x4a\x0a\x06sha256\x12\x40"
_LENGTH = len(_PREFIX) + 64


def seal(body: bytes) -> bytes:
    """Return the serialised model with its seal appended."""
    return body + _PREFIX + _digest(body)


def check_seal(file: bytes) -> str:
    """Return the sha256 of the model's bytes, in hexadecimal.

    Raises
    ------
    ArtifactError
        If the seal is missing or the bytes before it are not those that were sealed.
    """
    body, prefix, digest = file[:-_LENGTH], file[-_LENGTH:-64], file[-64:]
    if prefix != _PREFIX:
        raise ArtifactError("The model file has no seal: it is cut short, or was not written by this project.")
    if digest != _digest(body):
        raise ArtifactError("The model file is damaged: its contents do not match its seal.")
    return digest.decode("ascii")


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")
