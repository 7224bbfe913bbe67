"""A person's whole record: read from every table, and taken out as FHIR."""
