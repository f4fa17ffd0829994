"""What a quality rule found."""

REASONS: dict[str, tuple[str, str]] = {}
