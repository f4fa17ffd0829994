"""Workers: items are worked on in several processes; what comes out doesn't depend on how many."""

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, TypeVar

from schemas.endpoint import Price, Reply

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int], None]
"""Called with what is being worked on and how many rows were just finished."""

Watch = Callable[[str, int, Price | None], Callable[[Reply], None]]
"""Called with what is asked of a model, how many answers there will be and what they cost; gives what hears each."""


def unwatched(_what: str, _answers: int, _price: Price | None) -> Callable[[Reply], None]:
    """Nobody watches."""
    return lambda _reply: None


def untold(_sentence: str) -> None:
    """Nobody is told."""


MANY = 50_000
"""Rows from which a second process is worth its start of about two seconds."""


@dataclass
class Crew:
    """Some worker processes, started when there is enough to do.

    Attributes:
        size: How many; 1 leaves all work to this process.
        many: Rows from which they are used.
        progress: Told of finished rows, with what is being worked on.
        watch: Told of the answers of models.
        tell: Told in a sentence whenever there is something to wait for.
    """

    size: int = 1
    many: int = MANY
    progress: Progress = field(default=lambda _what, _rows: None, repr=False)
    watch: Watch = field(default=unwatched, repr=False)
    tell: Callable[[str], None] = field(default=untold, repr=False)
    _pool: ProcessPoolExecutor | None = field(default=None, init=False, repr=False)
    _folder: "TemporaryDirectory[str] | None" = field(default=None, init=False, repr=False)
    _jobs: int = field(default=0, init=False, repr=False)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        if self._pool is not None and self._folder is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
            self._folder.cleanup()

    def worth(self, rows: int) -> bool:
        """Whether so many rows are worth other processes."""
        return self.size > 1 and rows >= self.many

    def each(self, work: Callable[[C, T], R], job: C, items: Iterable[T], *, rows: int) -> Iterator[R]:
        """`work(job, item)` of every item, in order: in several processes where so many rows are worth it."""
        if self.worth(rows):
            return self.shared(work, job, items)
        return (work(job, item) for item in items)

    def shared(self, work: Callable[[C, T], R], job: C, items: Iterable[T]) -> Iterator[R]:
        """The same in several processes, whatever it is worth; `work` is a function of a module."""
        pool, path = self._started(), self._noted(job)
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(pool.submit(_work, str(path), work, item))
            if len(waiting) > 2 * self.size:  # results are large: no more in flight than keeps everyone busy
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._folder = TemporaryDirectory()
            self._pool = ProcessPoolExecutor(
                self.size, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
            )
        return self._pool

    def _noted(self, job: object) -> Path:
        """What all items have in common, in a file: sent along with every item it would cost more than the work."""
        assert self._folder is not None
        self._jobs += 1
        path = Path(self._folder.name) / f"{self._jobs}.pickle"
        path.write_bytes(pickle.dumps(job))
        return path


def _begin(parent: int) -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@lru_cache(maxsize=1)
def _opened(path: str) -> Any:
    return pickle.loads(Path(path).read_bytes())


def _work(path: str, work: Callable[[Any, T], R], item: T) -> R:
    return work(_opened(path), item)
