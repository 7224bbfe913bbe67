"""Who signs in: people, doctors, owners; roles and the second factor."""
