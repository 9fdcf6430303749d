"""The calculus of the pages: one subject a file, NumPy alone, right on bad input too."""
