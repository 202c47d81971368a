"""Customers to draft a schema of, and how a draft is made and read.

A module takes the fixture by name: `customers = drafting.customers`.
"""

import tomllib

import numpy as np
import pandas as pd
import pytest

from training.customers.raw_columns import read_columns
from training.schema.column import Column
from training.schema.draft import draft_schema
from training.schema.load import parse_schema

N_ROWS = 400


@pytest.fixture(scope="module")
def customers():
    """Customers with a column of every kind, and one that tells the answer."""
    rng = np.random.default_rng(0)
    visits = rng.poisson(4, N_ROWS)
    plan = rng.choice(["Basic", "Plus", ""], N_ROWS)
    churn = np.where(visits + rng.normal(0, 3, N_ROWS) > 4, "Yes", "No")
    return pd.DataFrame(
        {
            "customerID": [f"C-{number:05}" for number in range(N_ROWS)],
            "SiteVisits": visits,
            "Minutes watched": np.round(rng.exponential(40, N_ROWS), 2),
            "balance": np.round(rng.normal(0, 90, N_ROWS), 2),
            "Plan": plan,
            "plan-code": pd.Series(plan).map({"Basic": "b", "Plus": "p", "": "n"}),
            "Browser": rng.integers(1, 6, N_ROWS),
            "Month": rng.choice(["Feb", "Mar", "Nov"], N_ROWS),
            "Country": rng.choice(["DE", "NA", "US"], N_ROWS),
            "Newsletter": rng.choice([0, 1], N_ROWS),
            "constant": 7,
            "joined": rng.choice(["2024-01-03", "2024-02-11", "2023-12-31", ""], N_ROWS),
            "left": rng.choice(["03/01/2024", "11/02/2024", "05/12/2023"], N_ROWS),
            "comment": [f"text {number % 300}" for number in range(N_ROWS)],
            "rating": np.where(rng.random(N_ROWS) < 0.2, "NA", rng.integers(1, 90, N_ROWS).astype(str)),
            "Gender": rng.choice(["F", "M", "?", "unknown"], N_ROWS),
            "Trial": rng.choice(["TRUE", "FALSE", ""], N_ROWS),
            "refund": np.where(rng.random(N_ROWS) < 0.5, "", np.round(rng.exponential(9, N_ROWS), 1).astype(str)),
            "closed_reason": np.where(churn == "Yes", "won", "lost"),
            "Churn": churn,
        }
    )


def write(customers, path, **options):
    """Write customers to a file, and return its path."""
    customers.to_csv(path, index=False, **options)
    return path


def column(heading, cells, numbers=None):
    """Return a column as it is read, its numbers known or none."""
    distinct, rows, codes = np.unique(np.array(cells, dtype=object), return_index=True, return_inverse=True)
    numbers = None if numbers is None else np.append(np.nan, numbers[rows])
    return Column(heading, ["", *distinct], codes + 1, numbers)


def drafted(path, target=None):
    """Return the draft of a file, and the schema that it says."""
    text = draft_schema(path.stem, read_columns(path), target)
    return text, parse_schema("draft.toml", tomllib.loads(text))


def columns_of(**texts):
    """Return columns of texts, by their headings."""
    return [column(heading, cells) for heading, cells in texts.items()]
