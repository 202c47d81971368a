"""The interface: its settings, and its description, as OpenAPI for machines and as a page for people."""
