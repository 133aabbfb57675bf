"""Names that kilter provides to its models."""
