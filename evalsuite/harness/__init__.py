"""lm-evaluation-harness over our own eval split, a team's YAML tasks and the standard ones, base against tuned."""
