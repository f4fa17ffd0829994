"""What a person reads of a data artifact: the balance sheet as Markdown, the whole as one HTML page."""
