"""Peers: the same model behind the servers that such a model is usually put behind."""
