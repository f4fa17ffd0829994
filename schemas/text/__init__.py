"""Text as every room must see it: scripts, normal forms and keys, right for Chinese as for English."""
