"""Settings of every test: the same hypothesis examples each time, so that a red run can be repeated."""

import gc
import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_finish() -> None:
    """Take what was imported out of the garbage collector's sight: it would look through torch again and again."""
    gc.freeze()
