"""What can go wrong while training, in words for the person at the keyboard.

    TrainingError
    ├── SchemaError   the schema file breaks a rule: file, key, rule, fix
    ├── DataError     the customers' file breaks a rule: file, line, column, rule, fix
    └── CloudError    a cloud refuses, or cannot be reached: address, reason, fix

No message holds a customer's value: a message may end in a log, a customer's data may not.
"""

__all__ = ["CloudError", "DataError", "SchemaError", "TrainingError"]


class TrainingError(Exception):
    """Base of every error this package raises on purpose."""


class SchemaError(TrainingError):
    """The schema cannot be used as it stands."""


class DataError(TrainingError):
    """The data cannot be used as it stands."""


class CloudError(TrainingError):
    """A cloud does not give or take what was asked for, whatever the data."""
