"""Every error that gristmill raises on purpose, and the exit code each one means.

GristmillError
├── UserError            2   the input, the recipe or the command is wrong; the user can mend it
│   ├── ConfigError      2   a recipe with faults: all of them, with YAML lines
│   ├── InputError       2   a file that can't be read, or rows refused under --strict
│   └── MissingExtra     2   an optional dependency that this command needs
└── RuntimeFault         4   the machine or the program failed, not the user
    ├── ConservationError 4  a stage lost or invented rows
    └── ArtifactError    4   something on disk is not what its manifest says
"""

import copyreg
from collections.abc import Sequence
from typing import Any


class GristmillError(Exception):
    """An error with a message for people and the next command to type.

    Args:
        message: What was wrong and where, in one or two sentences.
        hint: What to do next; often a command.
    """

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes as what it is: what made the message isn't needed again."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class UserError(GristmillError):
    """Something that the user can mend."""

    exit_code = 2


class ConfigError(UserError):
    """A recipe with one or more faults.

    Args:
        path: The recipe's path, as the user typed it.
        faults: One line each, with the YAML line number in front.
        hint: What to do next; else to mend these lines.
    """

    def __init__(self, path: str, faults: Sequence[str], *, hint: str = "") -> None:
        hint = hint or f"mend {path} at these lines, then run the command again"
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{path}: {count}\n" + "\n".join(f"  {fault}" for fault in faults), hint=hint)
        self.faults = tuple(faults)


class InputError(UserError):
    """A file, folder or stream that can't be read, or rows that strict mode refuses."""


class MissingExtra(UserError):
    """An optional dependency is absent.

    Args:
        what: What the user asked for.
        package: The package that is missing.
        extra: The gristmill extra that brings it, or "" when pip installs it directly.
    """

    def __init__(self, what: str, *, package: str, extra: str = "") -> None:
        target = f"--editable '.[{extra}]'" if extra else package
        hint = f"in gristmill's folder: .venv/bin/pip install {target}"
        super().__init__(f"{what} needs the package {package}, which is not installed.", hint=hint)


class RuntimeFault(GristmillError):
    """The machine or the program failed."""

    exit_code = 4


class ConservationError(RuntimeFault):
    """A stage whose rows in and rows out don't add up."""


class ArtifactError(RuntimeFault):
    """A file or folder that is not what its manifest says."""
