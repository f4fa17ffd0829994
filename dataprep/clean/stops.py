"""End tokens that a rendered template left at the end of a text: `...done.<|im_end|>`."""

import re

# Only where a text ends; anywhere else such a token is a fault that `validate` judges. `</s>` closes an HTML
# element as well, so it goes only from a text that opens none.
_STOPS = (
    r"<\|endoftext\|>|<\|im_end\|>|<\|eot_id\|>|<\|eom_id\|>|<\|end_of_text\|>|<\|eot\|>|<\|end\|>|<\|return\|>"
    r"|<end_of_turn>|<｜end▁of▁sentence｜>|<\|EOT\|>|<eoa>|</s>"
)
STOP = rf"(?:{_STOPS})\s*$"
_TAIL = re.compile(rf"(?:\s*(?:{_STOPS}))+\s*\Z")


def remove_stops(pieces: list[str]) -> list[str]:
    """Remove end tokens, and the blanks around them, from the end of the last piece."""
    tail = _TAIL.search(pieces[-1])
    if tail is None or ("</s>" in tail[0] and any("<s>" in piece for piece in pieces)):
        return pieces
    return [*pieces[:-1], pieces[-1][: tail.start()]]
