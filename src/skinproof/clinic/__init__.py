"""The Django project: people, pages, database."""
