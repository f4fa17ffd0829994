"""Why a split or a mix moved, left out or repeated a row."""

REASONS: dict[str, tuple[str, str]] = {}
