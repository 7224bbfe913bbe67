"""What each paper says: pure functions from plain data to blocks. No database, no drawing."""
