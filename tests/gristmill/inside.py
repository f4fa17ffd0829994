"""The console script within the tests' own process, which spares the start of a Python and all imports."""

import io
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from gristmill.__main__ import main


def inside(*words: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """As `test_cli.gristmill`, but for what only a process of its own can show: signals, pipes, what is imported."""
    line = ["gristmill", *map(str, words)]
    told, heard, said = (io.TextIOWrapper(io.BytesIO(text), "utf-8") for text in (stdin, b"", b""))
    with (
        chdir(cwd),
        _voices(),
        patch.dict(os.environ, {"COLUMNS": "120", "NO_COLOR": "1"}),
        patch.multiple(sys, argv=line, stdin=told, stdout=heard, stderr=said, excepthook=sys.excepthook),
        pytest.raises(SystemExit) as left,
    ):
        main()
    for stream in (heard, said):
        stream.flush()
    out, err = (stream.buffer.getvalue().decode() for stream in (heard, said))  # type: ignore[attr-defined]
    assert isinstance(left.value.code, int)
    assert "Traceback" not in out + err
    return subprocess.CompletedProcess(line, left.value.code, out, err)


@contextmanager
def _voices() -> Iterator[None]:
    """What a command hushes speaks again: other tests of this process demand silence of somebody else."""
    loggers = [logging.getLogger(name) for name in ("transformers", "bitsandbytes", "torch.distributed")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    if "transformers" in sys.modules:
        sys.modules["transformers.utils.logging"].enable_progress_bar()
    if "datasets" in sys.modules:
        sys.modules["datasets"].enable_progress_bars()
