"""Customers: read from files, checked against the schema, scored and written."""
