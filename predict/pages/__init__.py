"""The page that answers a form posted without script."""
