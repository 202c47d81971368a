"""The codes of faults and warnings: stable words for programs, each with its meaning."""

__all__ = ["FAULT_CODES", "WARNING_CODES"]

FAULT_CODES = {
    "missing": "A field or a column is required and is not there, or is empty.",
    "unknown_field": "The model has no such field.",
    "duplicate_field": "A field, or a column of a batch, is given twice.",
    "wrong_type": "The value is of another type than it should be, such as a text for a number.",
    "not_finite": "NaN, an infinity, or a number beyond a double.",
    "not_whole": "A whole number is needed.",
    "too_small": "The number is below the limit.",
    "too_large": "The number, or the request, is above the limit.",
    "unknown_category": "The text is not one of the values that exist.",
    "unknown_value": "A parameter has a value that it does not take.",
    "wrong_length": "A column of a batch is longer or shorter than the first.",
    "malformed": "The body could not be read at all.",
    "empty": "The file is empty.",
    "no_heading": "The first line of the file does not name columns.",
    "no_rows": "The file has a heading and no row below it.",
    "unclear_number": "Numbers in the file have a mark that could be the decimal mark or part thousands.",
    "duplicate_column": "Two columns of the file stand for the same input.",
    "wrong_delimiter": "The cells of the file are separated by something else than commas, semicolons or tabs.",
    "too_many_columns": "The file has more columns than the limit.",
}
"""What stands in the way of a score."""

WARNING_CODES = {
    "outside_range": "The number is outside what training saw; `limit` is the nearer end.",
    "unseen_category": "Training never saw this category.",
    "rare_category": "Training saw this category a few times only.",
    "not_given": "The category is not known.",
}
"""What a score is given with all the same."""
