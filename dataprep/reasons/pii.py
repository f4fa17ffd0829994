"""What personal data or secret was found."""

REASONS: dict[str, tuple[str, str]] = {}
