"""End tokens that a rendered template left at the end of a text: `...done.<|im_end|>`."""

import re

# Only where a text ends; anywhere else such a token is a fault that `validate` judges. `</s>` closes an HTML
# element as well, so it goes only from a text that opens none.
_STOPS = (
    *("<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|eot|>", "<|end|>", "<|return|>"),
    *("<end_of_turn>", "<｜end▁of▁sentence｜>", "<|EOT|>", "<eoa>", "</s>"),
)
STOP = rf"(?:{'|'.join(map(re.escape, _STOPS))})\s*$"


def remove_stops(pieces: list[str]) -> list[str]:
    """Remove end tokens, and the blanks around them, from the end of the last piece."""
    last = kept = pieces[-1]
    while (trimmed := kept.rstrip()).endswith(_STOPS):
        kept = trimmed[: trimmed.rindex("<")]
    if kept == last:
        return pieces
    kept = kept.rstrip()
    if "</s>" in last[len(kept) :] and any("<s>" in piece for piece in pieces):
        return pieces
    return [*pieces[:-1], kept]
