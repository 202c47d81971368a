"""What the model file says of itself, read without onnxruntime: its identity, and a customer with a known probability.

An ONNX file is a protobuf message; its metadata are the entries of field 14, and the last of them is the seal
(predict/model/seal.py) with the hash that the API answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ModelFacts", "ModelFileError", "read_model_file"]

_METADATA_PROPS = 14
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class ModelFileError(Exception):
    """The model file cannot be read."""


@dataclass(frozen=True)
class ModelFacts:
    """What a deployment of a model file must answer.

    Attributes
    ----------
    name, version, hash : str
    customer : dict
        The body of a request.
    probability : float
        The answer to it.
    """

    name: str
    version: str
    hash: str
    customer: dict[str, Any]
    probability: float


def read_model_file(path: Path) -> ModelFacts:
    """Read the facts out of a model file.

    Raises
    ------
    ModelFileError
        If it is missing or not one that this project wrote.
    """
    try:
        metadata = dict(_metadata(path.read_bytes()))
        contract = json.loads(metadata["contract"])
        test = json.loads(metadata["self_test"])[0]
        customer = {
            feature["name"]: int(value) if feature["kind"] == "integer" else value
            for feature, value in zip(contract["features"], test["values"], strict=True)
        }
        return ModelFacts(contract["name"], contract["version"], metadata["sha256"], customer, test["probability"])
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read ({error.strerror}). Run this in the checkout that was deployed."
        ) from error
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is not a model file of this project.") from error


def _metadata(file: bytes) -> Iterator[tuple[str, str]]:
    for number, content in _fields(file):
        if number == _METADATA_PROPS:
            entry = dict(_fields(content))
            yield entry[1].decode("utf-8"), entry[2].decode("utf-8")


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of every length-delimited field; skip the others."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            _, position = _varint(message, position)
        elif kind in (_FIXED64, _FIXED32):
            position += 8 if kind == _FIXED64 else 4
        elif kind == _BYTES:
            length, position = _varint(message, position)
            yield number, message[position : position + length]
            position += length
        else:
            raise ValueError(f"wire type {kind}")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
