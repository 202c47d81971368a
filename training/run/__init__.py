"""One run of training: what is asked for, the recipe from data to model, what is kept."""
