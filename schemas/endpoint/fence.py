"""Material for a model between marks that no text can forge: what stands there is data, not orders."""

import hashlib
from collections.abc import Sequence


def fence_code(texts: Sequence[str], *, seed: int) -> str:
    """Twelve hex digits that stand in none of the texts.

    They are a hash of all the texts, so that no text can be written to hold its own code, and the same
    texts get the same prompt in every run.
    """
    joined, turn = "\0".join(texts), 0
    while True:
        code = hashlib.blake2b(f"{seed}\0{turn}\0{joined}".encode(), digest_size=6).hexdigest()
        if not any(code in text for text in texts):
            return code
        turn += 1


def fenced(label: str, text: str, code: str) -> str:
    """A text between its marks.

    Args:
        label: What it is, such as `question`.
        text: The material.
        code: From `fence_code`, of all texts of the prompt.
    """
    return f"<{label} {code}>\n{text}\n</{label} {code}>"
