"""The defining systems of problems, one file each."""
