"""The command line: arguments, progress, signals, files."""
