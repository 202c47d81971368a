"""One entry of an ONNX file's metadata, taken out of the bytes before onnxruntime reads them.

Of every entry onnxruntime keeps two copies as long as it serves, and hands over a third. The tables of dividends are
most of a file, and of no use to it: without them in it the function needs 4 MB less.
"""

__all__ = ["take_entry"]

# ModelProto.metadata_props: field 14, and 2 for a value with its length before it.
_METADATA = 14 << 3 | 2


def take_entry(file: bytes, key: str) -> tuple[bytes, str]:
    """Return an ONNX file without an entry, and the entry's value, "" where there is none.

    Parameters
    ----------
    file : bytes
        A serialised ModelProto, whose fields are numbers or have their length before them.
    key : str
        In ASCII, shorter than 128 characters.

    Raises
    ------
    IndexError, UnicodeDecodeError
        If the file ends within a field, or the value is not UTF-8.
    """
    # StringStringEntryProto: the key is field 1, the value field 2, each with its length before it.
    head = b"\x0a%c%b\x12" % (len(key), key.encode("ascii"))
    start = 0
    while start < len(file):
        tag, place = _number(file, start)
        number, place = _number(file, place)
        end = place + number if tag & 7 == 2 else place
        if tag == _METADATA and file.startswith(head, place):
            _, place = _number(file, place + len(head))
            return file[:start] + file[end:], file[place:end].decode()
        start = end
    return file, ""


def _number(data: bytes, place: int) -> tuple[int, int]:
    """Return the number at a place, seven bits a byte, the lowest first, and where it ends."""
    number, shift = 0, 0
    while data[place] > 127:
        number |= (data[place] & 127) << shift
        place, shift = place + 1, shift + 7
    return number | data[place] << shift, place + 1
