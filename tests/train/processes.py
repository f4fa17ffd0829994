"""Commands as processes of their own that needn't import for ten seconds: a server that has the libraries forks."""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

IMPORTED = (
    "gristmill.cli",
    *("train.run", "train.sft", "train.preference", "train.watch", "train.prepare"),
    *("transformers.models.llama.modeling_llama", "tensorboard", "torch.distributed.run"),
)
ROOT = Path(__file__).resolve().parents[2]


class Running:
    """One command line: its process, and what it said once it is over."""

    def __init__(self, folder: Path, words: list[str], *, ranks: int = 1) -> None:
        os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}  # read when the server starts
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(IMPORTED))
        self._told = [folder / f"{stream}.txt" for stream in ("out", "err")]
        self.process: ForkServerProcess = context.Process(target=_work, args=(folder, words, ranks, self._told))
        self.process.start()

    def finished(self) -> tuple[int | None, str, str]:
        """Exit code, or null after 100 seconds; stdout and stderr."""
        self.process.join(100)
        out, err = (path.read_text(encoding="utf-8") for path in self._told)
        return self.process.exitcode, out, err


def _work(folder: Path, words: list[str], ranks: int, told: list[Path]) -> None:
    for stream, path in zip((1, 2), told, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.chdir(folder)
    if ranks == 1:
        _speak(words)
    else:
        _launch(words, ranks)


def _speak(words: list[str]) -> None:
    from gristmill.__main__ import main

    sys.argv = ["gristmill", *words]
    main()


def _launch(words: list[str], ranks: int) -> None:
    """What `torchrun --nproc_per_node` does, with forks."""
    from torch.distributed.launcher.api import elastic_launch
    from torch.distributed.run import config_from_args, parse_args

    rendezvous = ["--rdzv_backend", "c10d", "--rdzv_endpoint", "localhost:0"]  # torchrun's own, where one says nothing
    config, _, _ = config_from_args(parse_args([*rendezvous, "--nproc_per_node", str(ranks), "-m", "gristmill"]))
    config.start_method = "fork"
    elastic_launch(config, _rank)(words)


def _rank(words: list[str]) -> None:
    try:
        _speak(words)
    except SystemExit as stop:
        if stop.code:  # the launcher waits for a function that returns
            raise
