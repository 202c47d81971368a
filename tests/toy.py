"""A small schema and customers that fit it: what tests of reading files start from, and change."""

import contextlib
import tempfile
from pathlib import Path

import pytest

from training.customers.table import Table, read_table
from training.errors import DataError
from training.schema.load import Schema, parse_schema

SCHEMA = parse_schema(
    "toy.toml",
    {
        "ignore": ["id"],
        "model": {"name": "toy", "version": "1"},
        "target": {
            "name": "bought",
            "positive": "Yes",
            "negative": "No",
            "positive_values": ["1", "yes"],
            "negative_values": ["0", "no"],
        },
        "feature": [
            {
                "name": "age",
                "label": "Age",
                "unit": "years",
                "kind": "integer",
                "minimum": 0,
                "maximum": 150,
                "aliases": ["years"],
            },
            {"name": "spent", "label": "Spent", "kind": "number", "minimum": -10, "maximum": 1e6},
            {"name": "country", "label": "Country", "kind": "category", "codes": "ISO 3166-1 alpha-2"},
            {"name": "plan", "label": "Plan", "kind": "category", "optional": True},
        ],
        "example": [{"name": "One", "values": {"age": 1, "spent": 0, "country": "NA", "plan": "pro"}}],
    },
)
GOOD = """id,age,spent,country,plan,bought
a,30,1.5,NA,pro,1
b,41,-2,DE,,0
c,30,1.50,NA,pro,yes
d,0,1e3,US,"basic, old",No
"""


def read(text: str | bytes, schema: Schema = SCHEMA) -> Table:
    """Read a file with this content."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        path = Path("toy.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path, schema)


def refusal(text: str | bytes, schema: Schema = SCHEMA) -> str:
    """Return the words in which a file with this content is refused."""
    with pytest.raises(DataError) as caught:
        read(text, schema)
    assert str(caught.value).startswith("toy.csv")
    return str(caught.value)
