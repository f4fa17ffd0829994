"""What cleaning changes only when it is asked to: forms of characters."""

REASONS: dict[str, tuple[str, str]] = {
    "fullwidth": ("Full-width letters and digits made plain.", "全角字母和数字改为半角。"),
    "simplified": ("Traditional characters converted to simplified ones.", "繁体字转换为简体字。"),
    "traditional": ("Simplified characters converted to traditional ones.", "简体字转换为繁体字。"),
}
