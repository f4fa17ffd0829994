"""Faults of the section `augment` that only its owner's tables can tell, before any work."""

import difflib

from dataprep.augment import rewording
from dataprep.augment.accept import check_accept
from dataprep.recipe import Augment
from schemas.errors import UserError


def check_augment(config: Augment) -> None:
    """Check names of rules, styles and pivots.

    Raises:
        UserError: For one that doesn't exist.
    """
    check_accept(config.accept)
    known = list(dict.fromkeys([*rewording.styles("zh"), *rewording.styles("en")]))
    for style in config.paraphrase.styles if config.paraphrase else ():
        if style not in known:
            near = difflib.get_close_matches(style, known, n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise UserError(
                f"data.augment.paraphrase.styles: no such style: {style!r}{guess}", hint=f"styles: {', '.join(known)}"
            )
    for pivot in config.backtranslate.pivots if config.backtranslate else ():
        if not all(pivot.split("+")):
            raise UserError(
                f"data.augment.backtranslate.pivots: {pivot!r} is no way through languages",
                hint="codes such as fr, or fr+de for two of them",
            )
