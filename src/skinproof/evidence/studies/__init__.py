"""What is on record: studies, prices, doubts and overlaps, read from data files and validated."""
