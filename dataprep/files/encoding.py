"""Bytes of any encoding to UTF-8: byte order mark, then strict UTF-8, then a guess that is reported."""

import codecs
from collections import Counter

from dataprep.files.faults import undecodable
from dataprep.files.streams import Broken
from schemas.errors import InputError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Measured with chardet 6: real text of one line and more scored 0.44 or higher, lines with junk 0.26 or lower.
_CONFIDENCE = 0.4
# One odd line is a fault of that line; so many of them, or most lines, are a sign of another encoding.
_MANY = 5
# chardet looks at no more than 200,000 bytes.
_SAMPLE = 200_000
_HANDS = 8
# The file's own mark was looked for before: one that chardet sees stands somewhere inside.
_NO_GUESS = ("", "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-32")
# Supersets come second: the first that decodes the failing lines is taken.
_WIDER: dict[str, tuple[str, ...]] = {
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "big5": ("big5", "cp950", "big5hkscs"),
    "iso-8859-1": ("cp1252",),
    "windows-1252": ("cp1252",),
    "shift_jis": ("shift_jis", "cp932"),
    "euc-kr": ("euc_kr", "cp949"),
}


def known_encoding(name: str) -> str:
    """The normal name of an encoding.

    Raises:
        InputError: For a name that Python doesn't know, or that isn't an encoding of text.
    """
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except LookupError:
        raise InputError(
            f"No such text encoding: {name!r}",
            hint="Known are utf-8, utf-16, gb18030, gbk, big5, cp1252, shift_jis and all others of Python.",
        ) from None
    return "utf-8" if codec.name == "utf-8-sig" else codec.name


class Decoder:
    """Turns blocks of one file into UTF-8, block by block.

    The first block that is not plain ASCII decides. What the chosen encoding can't decode comes
    out as invalid UTF-8, so that the row around it is refused and no other.

    Args:
        declared: The encoding that the recipe sets, or None.

    Attributes:
        encoding: Of the file, as far as it is known; `utf-8` until something else is shown.
        notes: The decision, if there was one to report.
    """

    def __init__(self, declared: str | None = None) -> None:
        self.encoding = "utf-8"
        self.notes: list[str] = []
        self._codec: codecs.IncrementalDecoder | None = None
        self._first, self._decided = True, False
        self._bad: list[bytes] = []
        self._counts: Counter[str] = Counter()
        if declared is not None:
            self._decide(known_encoding(declared))

    def feed(self, block: bytes, *, final: bool = False) -> bytes:
        """The block in UTF-8.

        Raises:
            Broken: When the encoding is such that nothing can be read behind an error.
        """
        if self._first:
            self._first = False
            block = self._look_for_mark(block)
        if not self._decided:
            self._weigh(block, final=final)
        if self._codec is None:
            return block
        try:
            text = self._codec.decode(block).encode("utf-8", "surrogatepass")
        except UnicodeError as fault:  # UTF-16 without the mark that tells its byte order, among others
            raise Broken(f"{undecodable(self.encoding)}: {fault}") from None
        return text + self._last_character() if final else text

    def _last_character(self) -> bytes:
        """What the end of the file leaves open: nothing, or bytes that make the last row fail."""
        try:
            rest = self._codec.decode(b"", True) if self._codec else ""
        except UnicodeDecodeError:
            return b"\xff"
        return rest.encode("utf-8", "surrogatepass")

    def _decide(self, name: str, note: str = "") -> None:
        self.encoding, self._decided = name, True
        if name != "utf-8":
            errors = "surrogatepass" if name.startswith(("utf-16", "utf-32")) else "surrogateescape"
            self._codec = codecs.getincrementaldecoder(name)(errors)
        if note:
            self.notes.append(note)

    def _look_for_mark(self, block: bytes) -> bytes:
        if self._decided:
            return block.removeprefix(codecs.BOM_UTF8) if self.encoding == "utf-8" else block
        for mark, name in _MARKS:
            if block.startswith(mark):
                self._decide(name, "" if name == "utf-8" else f"decoded as {name} (byte order mark)")
                return block[len(mark) :] if name == "utf-8" else block
        return block

    def _weigh(self, block: bytes, *, final: bool) -> None:
        """Decide on the encoding if this block tells enough."""
        zeros = block.count(0)
        if _looks_wide(block, zeros):
            guess = _guess(block[:_SAMPLE], [block[:_SAMPLE]])
            if guess and guess[0].startswith("utf-"):
                self._decide(guess[0], _told(*guess))
            return
        if block.isascii():
            self._counts["lines"] += block.count(b"\n") + 1
            return
        self._count(block, final=final)
        bad, good = self._counts["bad"], self._counts["good"]
        if good >= bad:
            self._decide("utf-8")
        elif bad >= _MANY or 2 * bad > self._counts["lines"]:
            # Chinese in UTF-16 has zeros too, but fewer: those of its ASCII punctuation and line ends.
            wide = zeros * 50 > len(block)
            sample = block[:_SAMPLE] if wide else b"\n".join(self._bad)
            guess = _guess(sample, [sample] if wide else self._bad)
            if guess:
                self._decide(guess[0], _told(*guess))
            else:
                self._decide("utf-8", "neither UTF-8 nor an encoding that could be recognised: set `encoding`")

    def _count(self, block: bytes, *, final: bool) -> None:
        lines = block.splitlines()
        if not final and len(lines) > 1 and not block.endswith(b"\n"):
            lines.pop()
        for number, line in enumerate(lines, start=1):
            self._counts["lines"] += bool(line.strip())
            if line.isascii():
                continue
            try:
                # The last line may be cut in the middle of a character.
                codecs.getincrementaldecoder("utf-8")().decode(line, number < len(lines) or final)
                self._counts["good"] += 1
            except UnicodeDecodeError:
                self._counts["bad"] += 1
                if self._counts["sampled"] < _SAMPLE:
                    self._bad.append(line[:_SAMPLE])
                    self._counts["sampled"] += len(self._bad[-1])


def _looks_wide(block: bytes, zeros: int) -> bool:
    """True for mostly Latin text in UTF-16: half of its bytes are zero, all at even or all at odd places."""
    even = block[::2].count(0) if zeros else 0
    return zeros * 8 > len(block) and 10 * min(even, zeros - even) <= zeros


def _guess(sample: bytes, lines: list[bytes]) -> tuple[str, float] | None:
    """The encoding that chardet sees and that decodes nine in ten of the lines strictly, with its confidence."""
    found = _detect(sample)
    if found is None and len(lines) > 1:
        # One damaged line blinds chardet, so the lines are dealt out and the hands vote.
        hands = [_detect(b"\n".join(lines[place::_HANDS])) for place in range(min(_HANDS, len(lines)))]
        votes = Counter(hand[0] for hand in hands if hand)
        found = next((hand for hand in hands if hand and hand[0] == votes.most_common(1)[0][0]), None)
    if found is None:
        return None
    name, confidence = found
    for candidate in _WIDER.get(name, (name,)):
        if 10 * sum(_decodes(line, candidate) for line in lines) >= 9 * len(lines):
            return known_encoding(candidate), confidence
    return None


def _detect(sample: bytes) -> tuple[str, float] | None:
    import chardet  # 50 ms that UTF-8 never needs

    found = chardet.detect(sample)
    name, confidence = str(found["encoding"] or "").lower(), float(found["confidence"] or 0)
    return (name, confidence) if confidence >= _CONFIDENCE and name not in _NO_GUESS else None


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(line)
    except (UnicodeError, LookupError):
        return False
    return True


def _told(name: str, confidence: float) -> str:
    return f"decoded as {name} (chardet, {confidence:.2f})"
