"""People in the loop: records go out to annotators and come back as checked decisions."""
