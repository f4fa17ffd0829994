"""What near and semantic duplicates are."""

REASONS: dict[str, tuple[str, str]] = {}
