"""What the recipe wants done with each kind."""

import difflib
from collections.abc import Mapping

from dataprep.pii.find import RANK
from dataprep.recipe import Pii
from schemas.errors import UserError

KINDS: tuple[str, ...] = tuple(sorted(RANK))
SECRETS = ("api_key", "private_key")
CLAIMED = tuple(kind for kind in KINDS if kind not in (*SECRETS, "address"))
"""Kinds that `action` speaks for: an address found by rule is flagged unless the recipe names it."""


def actions(config: Pii) -> dict[str, str]:
    """Kind -> `flag`, `mask`, `pseudonymise` or `drop`; kinds that are off are absent."""
    wanted: dict[str, str] = dict.fromkeys(CLAIMED, config.action)
    wanted["address"] = "off" if config.action == "off" else "flag"
    wanted |= config.kinds
    for kind in SECRETS:
        wanted[kind] = "drop" if config.kinds.get(kind, config.secrets) == "drop" else "mask"
    return {kind: action for kind, action in wanted.items() if action != "off"}


def check(config: Pii) -> None:
    """Check the settings once, before any row is read.

    Raises:
        UserError: For a kind that doesn't exist, or a secret that would stay in the data.
    """
    for kind, action in config.kinds.items():
        if kind not in KINDS:
            near = difflib.get_close_matches(kind, KINDS, n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise UserError(f"data.pii.kinds: no such kind: {kind!r}{guess}", hint=f"kinds: {', '.join(KINDS)}")
        if kind in SECRETS and action not in ("mask", "drop"):
            raise UserError(
                f"data.pii.kinds: {kind} can't be set to {action}: a secret never stays in the data",
                hint=f"set {kind} to mask or drop",
            )


def hidden(wanted: Mapping[str, str]) -> set[str]:
    """The kinds whose raw values may stand nowhere: not in the data, the ledger or a report."""
    return {kind for kind, action in wanted.items() if action != "flag"}
