"""Which files are read, by name and by first bytes, and why the others are not."""

from pathlib import PurePath

KINDS: dict[str, str] = {
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".xlsx": "xlsx",
    ".txt": "prose",
    ".md": "prose",
}
"""Suffix -> kind. Beyond these there are `saved` (a save_to_disk folder), `hf`, `ms` and `unnamed`."""

TEXT_KINDS = ("json lines", "json", "csv", "tsv", "prose")
COMPRESSED = (".gz", ".zst", ".zstd")
ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".7z", ".rar", ".bz2", ".xz")
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".bin", ".joblib", ".ckpt")

ABOUT = ("readme", "license", "licence", "notice", "changelog", "contributing", "citation", "authors", "copying")
"""Papers that describe a folder. Inside one they are refused; named directly or by glob they are read as text."""

# First bytes of formats that are no text, as their specifications give them; tar has its sign at byte 257.
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"PAR1", "a parquet file"),
    (b"ARROW1", "an arrow file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x03", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
)


def kind_of(name: str) -> str | None:
    """The kind of a file by its name; `unnamed` for compressed data without an inner suffix; None if unknown."""
    path = PurePath(name.lower())
    if path.suffix in COMPRESSED:
        inner = path.with_suffix("").suffix
        if not inner:
            return "unnamed"
        kind = KINDS.get(inner)
        return kind if kind in TEXT_KINDS else None
    return KINDS.get(path.suffix)


def why_unsupported(name: str) -> str:
    """One sentence on why a file of that name is not read."""
    path = PurePath(name.lower())
    suffixes = [suffix for suffix in path.suffixes if suffix not in COMPRESSED]
    last = suffixes[-1] if suffixes else ""
    if last in ARCHIVES:
        return f"{last} is an archive; unpack it and name the files inside"
    if last in PICKLES:
        return f"{last} may hold a pickle, which can run code when it is opened; export the data as JSON or parquet"
    if last in KINDS:
        return f"{last} is not read in compressed form; unpack it first"
    if last == ".xls":
        return ".xls is the old Excel format; save it as .xlsx"
    return f"{last or 'a file without a suffix'} is no type that is read; known are {', '.join(KINDS)}"


def foreign(head: bytes) -> str | None:
    """What the first bytes of a text file say it really is, if it is no text."""
    if head[257:262] == b"ustar":
        return "a tar archive"
    return next((what for sign, what in _SIGNS if head.startswith(sign)), None)
