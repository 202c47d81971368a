"""The schema: what the columns of a customers' file mean."""
