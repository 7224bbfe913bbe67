"""FHIR R4 questionnaires: what is asked, when, and whether a response answers it. Knows no medicine and no web."""
