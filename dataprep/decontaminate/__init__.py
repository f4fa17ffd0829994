"""Decontamination: rows that give a benchmark or a private eval set away are found and shown."""

from dataprep.decontaminate.index import Index, Sizes
from dataprep.decontaminate.judging import NEAR, QUOTE, STAGE, Benchmarks, decontaminate
from dataprep.decontaminate.loading import build_benchmarks, digests, load_benchmarks, open_benchmarks
from dataprep.decontaminate.packs import SALT, read_pack, write_pack
from dataprep.decontaminate.tally import tally

__all__ = [
    "NEAR",
    "QUOTE",
    "SALT",
    "STAGE",
    "Benchmarks",
    "Index",
    "Sizes",
    "build_benchmarks",
    "decontaminate",
    "digests",
    "load_benchmarks",
    "open_benchmarks",
    "read_pack",
    "tally",
    "write_pack",
]
