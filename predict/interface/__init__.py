"""The interface described: OpenAPI for machines, documentation for people."""
