"""FHIR R4 in and out. Its resources come with the consultation in depth."""
