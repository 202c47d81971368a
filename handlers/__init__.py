"""What the triggers of `function_app.py` do: a module for each kind of request, and what they share."""
