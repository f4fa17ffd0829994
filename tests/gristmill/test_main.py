"""Every way in which a run can fail ends in words, an exit code, and no traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gristmill.__main__ import DEBUG, explain
from schemas.errors import ArtifactError, ConfigError, InputError, MissingExtra


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (InputError("no such file", hint="ls"), 2, ("no such file", "ls")),
        (ConfigError("r.yaml", ["line 1: a", "line 2: b"]), 2, ("2 faults", "line 1: a", "line 2: b")),
        (
            MissingExtra("max_tokens", package="tokenizers", extra="tokenizer"),
            2,
            (".venv/bin/pip install --editable '.[tokenizer]'",),
        ),
        (MissingExtra("ms://", package="modelscope"), 2, ("pip install modelscope",)),
        (ArtifactError("damaged"), 4, ("damaged",)),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 4, ("the disk is full",)),
        (RuntimeError("parquet: No space left on device (os error 28)"), 4, ("the disk is full",)),
        (PermissionError(errno.EACCES, "Permission denied", "/raw"), 4, ("Permission denied (/raw)",)),
        (KeyboardInterrupt(), 130, ("interrupted", "run it again")),
        (MemoryError(), 4, ("out of memory",)),
        (ZeroDivisionError("x"), 4, ("ZeroDivisionError: x", DEBUG)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_faults_are_explained(
    fault: BaseException, code: int, told: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        explain(fault)
    assert stop.value.code == code
    err = capsys.readouterr().err
    assert [words for words in told if words not in err] == []


def test_the_traceback_is_there_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEBUG, "1")
    with pytest.raises(ZeroDivisionError):
        explain(ZeroDivisionError())


def test_ctrl_c_during_the_imports(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "gristmill", "formats"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])},
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith("error: interrupted")
    assert "Traceback" not in done.stderr
