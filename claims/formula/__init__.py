"""Formula: the mathematics of a page, read and decided."""
