"""The append-only trail of who saw and did what."""
