"""Text files must be UTF-8; one that is not is answered with the place and what it probably is."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import IO, cast

from relevo.errors import DataMistake

_BLOCK = 1 << 20
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed when its name ends in `.gz`."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def check_start(path: Path) -> None:
    """Refuse a file that begins like UTF-16, or that holds nothing but blanks.

    Raises
    ------
    DataMistake
        `data.encoding` or `data.empty_file`.

    """
    with open_bytes(path) as file:
        start = file.read(4096)
        if start[:2] in _MARKS or start.count(0) > len(start) // 4:
            raise _mistake(path, offset=0, line=1, encoding="UTF-16")
        blocks = iter(lambda: file.read(_BLOCK), b"")
        if not start.strip() and not any(block.strip() for block in blocks):
            raise DataMistake("data.empty_file", path=path.name)


def check_utf8(path: Path) -> None:
    """Refuse a file with a byte that is not UTF-8.

    Raises
    ------
    DataMistake
        `data.encoding`, with the byte's offset from 0, its line from 1, and the likely encoding.

    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = lines = 0
    with open_bytes(path) as file:
        while True:
            block = file.read(_BLOCK)
            held = decoder.getstate()[0]
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = (held + block)[: error.start]
                place, line = offset - len(held) + error.start, lines + before.count(b"\n") + 1
                raise _mistake(path, place, line, _likely((held + block)[error.start])) from None
            if not block:
                return
            offset, lines = offset + len(block), lines + block.count(b"\n")


def _likely(byte: int) -> str:
    # 0x80 to 0x9f are letters and quotes on Windows, and control characters in Latin-1
    return "WINDOWS-1252" if 0x80 <= byte <= 0x9F else "ISO-8859-1"


def _mistake(path: Path, offset: int, line: int, encoding: str) -> DataMistake:
    return DataMistake("data.encoding", path=path.name, offset=offset, line=line, encoding=encoding)
