"""Peers: the same model behind the two stacks that such a model is usually served with, as small reference servers."""
