"""The command line: what is asked for, and how the person at the keyboard sees it come along."""
