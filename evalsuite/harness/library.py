"""The library itself: whether it is there, and how to keep its chatter off the terminal."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path

from schemas.errors import MissingExtra


def need_library() -> None:
    """Check that lm-evaluation-harness is installed, without the seconds that importing it costs.

    Raises:
        MissingExtra: If it isn't.
    """
    if find_spec("lm_eval") is None:
        raise MissingExtra("eval.harness", package="lm-eval", extra="eval")


@contextmanager
def quiet() -> Iterator[list[str]]:
    """Keep progress bars, prints, warnings and log lines off the terminal.

    Yields:
        The harness' log lines from warnings up, as they come in.
    """
    heard: list[str] = []
    with ExitStack() as stack:
        sink = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(sink))
        stack.enter_context(redirect_stderr(sink))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        if "DISABLE_MULTIPROC" not in os.environ:
            # Bootstraps would start a process for each core, every one with the model's memory mapped.
            os.environ["DISABLE_MULTIPROC"] = "1"
            stack.callback(os.environ.pop, "DISABLE_MULTIPROC", None)
        stack.enter_context(_listening("lm_eval", heard))
        for name in ("transformers", "datasets", "huggingface_hub"):
            stack.enter_context(_listening(name, []))
        yield heard


@contextmanager
def _listening(name: str, heard: list[str]) -> Iterator[None]:
    """Send a logger's lines to a list instead of its handlers."""
    logger, handler = logging.getLogger(name), logging.Handler(logging.WARNING)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before
