"""How a row gives a benchmark away."""

REASONS: dict[str, tuple[str, str]] = {}
