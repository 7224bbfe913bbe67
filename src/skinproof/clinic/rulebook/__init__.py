"""The safety rules under review: signed off, amended, suspended by name, and what that changes for open cases."""
