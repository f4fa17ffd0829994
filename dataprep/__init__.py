"""Raw files in, a curated dataset out, and a ledger that explains every row."""
