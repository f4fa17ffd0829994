"""Bytes of a file in blocks, unpacked where they are gzip or zstandard; damage is told, never hidden."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from dataprep.files.kinds import COMPRESSED, foreign

BLOCK = 1 << 20
# Pieces that unpack to about 64 and 128 MB at the very worst (1,032 times; 128 KB in a block of 4 bytes).
_GZIP_PIECE, _ZSTD_PIECE = 64 << 10, 4 << 10
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class Broken(Exception):
    """A stream that can't be read further; `fault` goes to the ledger."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def blocks(path: Path) -> Iterator[bytes]:
    """The file's unpacked bytes in blocks of 1 MB, cut behind a line feed where there is one.

    The sizes depend on nothing but the content, so that all that follows is deterministic.

    Raises:
        Broken: When the stream is damaged, after everything before the damage was yielded.
    """
    pending = bytearray()
    first = True
    damage: Broken | None = None
    with path.open("rb") as file:
        pieces = _pieces(file)
        while damage is None:
            try:
                piece = next(pieces, None)
            except Broken as broken:
                damage = broken
                break
            if piece is None:
                break
            pending += piece
            while len(pending) >= BLOCK:
                if first:
                    _check_text(pending)
                    first = False
                cut = pending.rfind(b"\n", 0, BLOCK) + 1 or BLOCK
                yield bytes(pending[:cut])
                del pending[:cut]
    if pending:
        if first:
            _check_text(pending)
        yield bytes(pending)
    if damage:
        raise damage


def oddity(path: Path) -> str | None:
    """A note if the name and the first bytes disagree about compression."""
    with path.open("rb") as file:
        head = file.read(4)
    packed = head.startswith((GZIP, ZSTD))
    named = path.suffix.lower() in COMPRESSED
    if packed and not named:
        return "compressed, though its name doesn't say so: unpacked"
    if named and head and not packed:
        return f"not compressed, though it is named {path.suffix}: read as it is"
    return None


def _check_text(head: bytearray) -> None:
    what = foreign(bytes(head[:512]))
    if what:
        raise Broken(f"unsupported_file: the content is {what}, not text")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    head = file.read(4)
    file.seek(0)
    if head.startswith((GZIP, ZSTD)):
        yield from _unpacked(file, zstd=head.startswith(ZSTD))
        return
    while piece := file.read(BLOCK):
        yield piece


def _unpacked(file: BinaryIO, *, zstd: bool) -> Iterator[bytes]:
    """Unpack member after member; what was unpacked before an error is never lost."""
    # GzipFile and zstandard's stream reader lose the last block of a truncated stream, the latter without a word.
    import zstandard

    def fresh() -> Any:
        return zstandard.ZstdDecompressor().decompressobj() if zstd else zlib.decompressobj(wbits=31)

    member, begun = fresh(), False
    while piece := file.read(_ZSTD_PIECE if zstd else _GZIP_PIECE):
        while piece:
            before = None if zstd else member.copy()
            try:
                data = member.decompress(piece)
            except (zlib.error, zstandard.ZstdError) as fault:
                if before:
                    yield _up_to_the_error(before, piece)
                raise Broken(f"stream_damaged: {fault}") from None
            if data:
                yield data
            begun, piece = True, b""
            if member.eof:
                # gzip readers skip zeros behind a member: tapes and some tools pad with them.
                piece = member.unused_data if zstd else member.unused_data.lstrip(b"\0")
                member, begun = fresh(), False
    if begun:
        raise Broken("stream_truncated: the compressed stream ends before its end mark")


def _up_to_the_error(member: Any, piece: bytes) -> bytes:
    """What zlib unpacks from a piece before it meets the error in it."""
    data = bytearray()
    try:
        for place in range(len(piece)):
            data += member.decompress(piece[place : place + 1])
    except zlib.error:
        pass
    return bytes(data)
