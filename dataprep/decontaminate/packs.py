"""Packs: a benchmark as hashes, so that others can keep clear of a private one without reading it.

The file is one line `gristmill pack 1`, one line of JSON (names, item ids, sizes, lengths, the digest of what
follows) and then little-endian arrays, one after the other. Equal items, settings and salt give equal bytes.
"""

import hashlib
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl

from dataprep.decontaminate.index import ITEMS, NEAR, UNITS, Index, Sizes, lock
from schemas.artifacts import write_file
from schemas.errors import InputError, UserError

MAGIC = b"gristmill pack "
VERSION = 1
SALT = "GRISTMILL_PACK_SALT"
"""The environment variable that holds the salt of packs that have one."""

# The cost that RFC 7914 gives as an example for interactive use: a guess at the salt takes 16 MB and some 50 ms.
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 24}

_ARRAYS = {
    "items": {"benchmark": "<u4"},
    "long": {"item": "<u4", "key": "<u8", "weight": "<f4"},
    "short": {"item": "<u4", "key": "<u8", "weight": "<f4", "anchor": "<u8", "length": "<i4"},
    "near": {"item": "<u4", "entry": "<u4", "key": "<u8"},
}


def write_pack(index: Index, target: Path, *, salt: str = "") -> None:
    """Write an index as a pack; whole or not at all.

    Args:
        index: From `build_index`.
        target: The file.
        salt: Mixed into every hash; whoever reads the pack needs it too. It is not in the file.
    """
    key, check = _stretched(salt) if salt else (None, None)
    tables = _tables(lock(index, key))
    body = b"".join(
        tables[table][name].fill_null(0).to_numpy().astype(dtype).tobytes()
        for table, columns in _ARRAYS.items()
        for name, dtype in columns.items()
    )
    header = {
        "names": index.names,
        "items": index.items["name"].to_list(),
        "sizes": asdict(index.sizes),
        "lines": {table: frame.height for table, frame in tables.items()},
        "salt": check,
        "digest": hashlib.blake2b(body, digest_size=16).hexdigest(),
    }
    write_file(target, MAGIC + b"%d\n" % VERSION + orjson.dumps(header) + b"\n" + body)


def read_pack(path: Path, *, salt: str | None = None) -> Index:
    """Read a pack.

    Args:
        path: The file.
        salt: The salt of a pack that has one; by default what `GRISTMILL_PACK_SALT` holds.

    Raises:
        InputError: If it is no pack, damaged or of another version.
        UserError: If its salt is missing or wrong.
    """
    header, body = _opened(path)
    key = _unlocked(path, header["salt"], os.environ.get(SALT, "") if salt is None else salt)
    tables = _arrays(header["lines"], body)
    items = tables["items"].with_columns(name=pl.Series(header["items"], dtype=pl.String))
    long = tables["long"].with_columns(anchor=pl.lit(None), length=0).select(UNITS.names()).cast(UNITS)
    short = tables["short"].with_columns(pl.col("anchor").replace(0, None)).select(UNITS.names()).cast(UNITS)
    units = pl.concat([long, short])
    near = tables["near"].select(NEAR.names()).cast(NEAR)
    return Index(Sizes(**header["sizes"]), tuple(header["names"]), items.cast(ITEMS), units, near, key)


def _tables(index: Index) -> dict[str, pl.DataFrame]:
    short = pl.col("length") > 0
    return {
        "items": index.items,
        "long": index.units.filter(~short),
        "short": index.units.filter(short),
        "near": index.near,
    }


def _opened(path: Path) -> tuple[dict[str, Any], bytes]:
    """Header and arrays of a pack that is whole."""
    first, _, rest = path.read_bytes().partition(b"\n")
    if not first.startswith(MAGIC):
        raise InputError(f"{path} is no pack", hint="gristmill pack FILES -o NAME.pack makes one")
    version = first.removeprefix(MAGIC).decode(errors="replace")
    if version != str(VERSION):
        raise InputError(
            f"{path} is a pack of version {version}; this gristmill reads version {VERSION}",
            hint="make it again with this gristmill: gristmill pack FILES -o NAME.pack",
        )
    line, _, body = rest.partition(b"\n")
    try:
        header = dict(orjson.loads(line))
        whole = header["digest"] == hashlib.blake2b(body, digest_size=16).hexdigest()
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{path} is damaged", hint="copy it again from where it came, or make it again")
    return header, body


def _arrays(lines: dict[str, int], body: bytes) -> dict[str, pl.DataFrame]:
    tables, place = {}, 0
    for table, columns in _ARRAYS.items():
        made = {}
        for name, dtype in columns.items():
            made[name] = np.frombuffer(body, dtype, count=lines[table], offset=place)
            place += made[name].nbytes
        tables[table] = pl.DataFrame(made)
    return tables


def _unlocked(path: Path, check: str | None, salt: str) -> tuple[int, int] | None:
    """The key of a pack's hashes."""
    if check is None:
        return None
    if not salt:
        raise UserError(f"{path} was made with a salt, and {SALT} is not set", hint=f"export {SALT}=THE_SALT")
    key, own = _stretched(salt)
    if own != check:
        raise UserError(f"{path} was made with another salt than {SALT} holds", hint=f"export {SALT}=THE_SALT")
    return key


def _stretched(salt: str) -> tuple[tuple[int, int], str]:
    """The key that a salt gives, and what a pack keeps to tell the right salt by."""
    derived = hashlib.scrypt(salt.encode(), salt=MAGIC, **_SCRYPT)
    key = int.from_bytes(derived[:8], "little"), int.from_bytes(derived[8:16], "little")
    return key, derived[16:].hex()
