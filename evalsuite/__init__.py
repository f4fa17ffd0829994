"""Base, adapter and eval split in; scores, comparison and a regression report out."""
