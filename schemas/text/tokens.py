"""How many tokens a text has where no tokenizer is at hand: a guess from its characters and bytes."""

ASCII_CHARACTER = 0.3
FURTHER_BYTE = 0.15
"""After https://api-docs.deepseek.com/quick_start/token_usage: 0.3 an English character, 0.6 a Chinese one, which has
two bytes more in UTF-8."""


def guess_tokens(text: str) -> float:
    """Tokens of one text."""
    return ASCII_CHARACTER * len(text) + FURTHER_BYTE * (len(text.encode()) - len(text))
