"""The public pages. They read the knowledge in memory, never the database."""
