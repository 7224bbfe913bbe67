"""The public pages: concerns, treatments, findings, studies, how we know. Reads knowledge in memory, never the database."""
