"""`python -m gristmill`: run the command line; turn every expected error into a message and an exit code."""

import os
import sys
from typing import NoReturn

from schemas.errors import GristmillError

DEBUG = "GRISTMILL_DEBUG"
"""Set it to see the traceback of an unexpected fault."""

INTERRUPTED = 130
"""Exit code of Ctrl-C, typer's too: 128 and the number of SIGINT."""

READER_LEFT = 141
"""Exit code after `| head -n 1`: 128 and the number of SIGPIPE, as other programs leave."""


def main() -> NoReturn:
    """The console script."""
    try:
        from gristmill.cli import app

        try:
            app()
        finally:
            sys.stdout.flush()  # here a reader that left is noticed; at the end of Python it would be a fault
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            explain(KeyboardInterrupt())
        if isinstance(stop.__context__, BrokenPipeError):  # rich and typer leave with 1
            explain(stop.__context__)
        raise
    except BaseException as fault:  # polars' panics are no Exceptions
        explain(fault)
    sys.exit(0)


def explain(fault: BaseException) -> NoReturn:
    """Say what went wrong in words, and leave with its exit code; the traceback only when it is asked for."""
    if isinstance(fault, GristmillError):
        fail(fault.message, fault.hint, fault.exit_code)
    if isinstance(fault, KeyboardInterrupt):
        message = "interrupted; finished work is kept, the last artifact is untouched"
        fail(message, "run it again: it goes on where it stopped", INTERRUPTED)
    if isinstance(fault, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered goes nowhere
        sys.exit(READER_LEFT)
    if os.environ.get(DEBUG):
        raise fault
    if "No space left on device" in str(fault):  # polars wraps the system's word in errors of its own
        fail("the disk is full; the last artifact is untouched", "free some space, then run it again", 4)
    if isinstance(fault, MemoryError):
        fail("out of memory", "give the run more memory, or split the largest source", 4)
    if isinstance(fault, OSError):
        where = f" ({fault.filename})" if fault.filename else ""
        fail(f"the system refused: {fault.strerror or fault}{where}", "mend the path or its rights, then run again", 4)
    hint = f"this is a fault of gristmill: run again with {DEBUG}=1 and report what it prints"
    fail(f"{type(fault).__name__}: {fault}", hint, 4)


def fail(message: str, hint: str, code: int) -> NoReturn:
    """Say what was wrong and what to do next, on stderr."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True)
    console.print(Text.assemble(("error: ", "bold red"), message))
    if hint:
        console.print(Text.assemble(("next:  ", "bold"), hint))
    sys.exit(code)


if __name__ == "__main__":
    main()
