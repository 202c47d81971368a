"""Synthetic customers: they behave like real ones, and the true probability of each is known.

A hidden engagement drives how much a customer watches, starts, passes and completes, so that the columns hang
together; the purchase is drawn from a probability that the columns alone decide, so that no model can do better than
that probability, and a good one can come close to it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ..command.files import replacing

__all__ = ["SAMPLE_ROWS", "SAMPLE_SEED", "generate", "generate_blocks", "true_probability", "write_csv"]

# Of data/customers.csv.
SAMPLE_ROWS = 20_000
SAMPLE_SEED = 7
BLOCK_ROWS = 100_000
DAYS_OPEN = 720  # the platform's age on the day of the export
DUPLICATE_SHARE = 0.03
MISSING_COUNTRY_SHARE = 0.005
# By number of customers, most first. "NA" is Namibia.
# fmt: off
COUNTRIES = (
    "IN", "US", "EG", "NG", "GB", "PK", "CA", "DE", "BR", "ID", "KE", "PH", "ZA", "BD", "MX", "FR", "AU", "VN", "TR",
    "ES", "MA", "NL", "IT", "PL", "SA", "GH", "AE", "MY", "SG", "PT", "CO", "TN", "LK", "NP", "AR", "IQ", "PE", "DZ",
    "UA", "SE", "IE", "TH", "ET", "BE", "RO", "CH", "GR", "JO", "CL", "NZ", "JP", "HK", "IL", "KR", "NO", "AT", "DK",
    "FI", "CZ", "RU", "UZ", "KZ", "AZ", "BG", "HU", "UG", "TZ", "ZW", "RW", "CM", "LB", "QA", "KW", "OM", "BH", "EC",
    "VE", "BO", "DO", "CR", "GT", "PA", "UY", "PY", "SV", "HN", "NI", "JM", "TT", "CN", "TW", "MM", "KH", "LA", "MN",
    "NA", "BW", "ZM", "MZ", "AO", "MU", "SN", "CI", "BJ", "TG", "BF", "ML", "NE", "TD", "CD", "CG", "GA", "MG", "MW",
    "SL", "LR", "GM", "GN", "SO", "SS", "SD", "LY", "YE", "SY", "AF", "IR", "TM", "TJ", "KG", "GE", "AM", "BY", "MD",
    "RS", "HR", "SI", "SK", "BA", "MK", "AL", "XK", "ME", "LT", "LV", "EE", "IS", "MT", "CY", "LU", "MC", "AD", "SM",
    "BN", "MV", "BT", "TL", "PG", "FJ", "WS", "TO", "VU", "SB", "BB", "BS", "BZ", "GY", "SR", "HT", "CU", "LC",
)
# fmt: on
# Where a month's fee is much of a month's wage: the country's only effect.
FEE_IS_MUCH = ("IN", "PK", "ID", "BD")
# One in five of those who are ready to buy has no means of paying.
MOST_PROBABLE = 0.8

type Column = npt.NDArray[np.float64]


def generate(n_rows: int, seed: int) -> tuple[pd.DataFrame, Column]:
    """Return customers and what was true of them.

    Parameters
    ----------
    n_rows : int
        At least 1.
    seed : int
        Same rows and seed, same customers.

    Returns
    -------
    customers : DataFrame of shape (n_rows, 8)
        The columns of data/customers.csv, oldest sign-up first.
    probability : ndarray of shape (n_rows,)
        The true probability of each customer's purchase, given the customer's columns.
    """
    customers, probability = zip(*generate_blocks(n_rows, seed), strict=True)
    return pd.concat(customers, ignore_index=True), np.concatenate(probability)


def generate_blocks(n_rows: int, seed: int) -> Iterator[tuple[pd.DataFrame, Column]]:
    """Yield the same customers as `generate`, at most 100,000 at a time."""
    if n_rows < 1:
        raise ValueError("n_rows must be at least 1.")
    starts = range(0, n_rows, BLOCK_ROWS)
    for start, source in zip(starts, np.random.SeedSequence(seed).spawn(len(starts)), strict=True):
        rows = np.arange(start, min(start + BLOCK_ROWS, n_rows))
        customers = _block(rows, n_rows, np.random.Generator(np.random.PCG64(source)))
        yield customers, true_probability(customers)


def write_csv(path: Path | str, n_rows: int, seed: int) -> None:
    """Write customers to a file, block by block: ten million take no more memory than a hundred thousand.

    Parameters
    ----------
    path : Path or str
    n_rows, seed : int
        As for `generate`.
    """
    with replacing(Path(path)) as file:
        for number, (customers, _) in enumerate(generate_blocks(n_rows, seed)):
            if number == 0:
                file.write(",".join(customers.columns).encode() + b"\n")
            csv.write_csv(_cells(customers), file, csv.WriteOptions(include_header=False, quoting_style="none"))


def true_probability(customers: pd.DataFrame) -> Column:
    """Return the probability from which each customer's purchase was drawn.

    Parameters
    ----------
    customers : DataFrame of shape (n_rows, n_columns)
        With the six inputs among its columns.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    days, minutes, courses, exams, steps = (
        customers[name].to_numpy(np.float64)
        for name in ("days_on_platform", "minutes_watched", "courses_started", "exams_passed", "steps")
    )
    # The platform makes its offer at milestones, so chances change there and hardly between them: about an hour
    # watched, the fifth step, the first exam. Who came after the price changed, eleven months ago, buys more.
    deep = _sigmoid(np.clip(minutes - 60, -40, 40))
    on_path = steps >= 5
    new_price = days < 330
    logit = (
        -7.1
        + 2.0 * deep
        + 2.6 * on_path
        + 4.0 * deep * on_path  # either alone is little; both together is a student at work
        + 3.4 * new_price
        + 2.4 * (exams >= 1)
        - 1.0 * (courses >= 4)  # browses rather than studies
        - 0.8 * customers["student_country"].isin(FEE_IS_MUCH).to_numpy()
    )
    return MOST_PROBABLE * _sigmoid(logit)


def _block(rows: npt.NDArray[np.int64], n_rows: int, rng: np.random.Generator) -> pd.DataFrame:
    n = len(rows)
    # Each row has its own slice of the platform's life: the whole is sorted by sign-up, and sign-ups grow with time.
    days = np.floor(DAYS_OPEN * (1 - (rows + rng.random(n)) / n_rows) ** 1.3)
    time = np.log1p(days) / np.log1p(DAYS_OPEN)  # most of what a customer does is done early
    engagement = rng.standard_normal(n)
    # Some sign up and never come back.
    comes_back = rng.random(n) < _sigmoid(1.8 + 0.9 * engagement)
    minutes = comes_back * np.exp(1.4 + 1.9 * time + 1.15 * engagement + 0.95 * rng.standard_normal(n))
    courses_mean = np.exp(-1.3 + 0.9 * time + 0.55 * engagement + 0.5 * rng.standard_normal(n))
    takes_exams = comes_back & (rng.random(n) < _sigmoid(-2.2 + 1.1 * engagement))
    has_a_path = comes_back & (rng.random(n) < _sigmoid(-0.9 + 1.0 * engagement))
    exams = takes_exams * (1 + rng.poisson(np.exp(0.2 + 0.5 * engagement + 0.8 * rng.standard_normal(n))))
    steps = has_a_path * (1 + rng.poisson(np.exp(1.1 + 0.5 * engagement + 0.9 * rng.standard_normal(n))))
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{row + 1:08d}" for row in rows],
            "days_on_platform": days.astype(np.int64),
            "minutes_watched": np.round(np.clip(10 * minutes, comes_back, 300_000)) / 10,
            "courses_started": np.minimum(comes_back * (1 + rng.poisson(courses_mean)), 60),
            "exams_passed": np.minimum(exams, 80),
            "steps": np.minimum(steps, 400),
            "student_country": pd.Series(_countries(rng, n), dtype=object),
        }
    )
    customers["purchased"] = (rng.random(n) < true_probability(customers)).astype(np.int64)
    # Some sign up twice and look the same twice, but for the id: the row above, if it is not such a copy itself.
    copied = rng.random(n) < DUPLICATE_SHARE
    copied[0] = False
    source = np.maximum.accumulate(np.where(copied, 0, np.arange(n)))
    repeated = customers.iloc[source].reset_index(drop=True)
    return repeated.assign(customer_id=customers["customer_id"])


def _countries(rng: np.random.Generator, n: int) -> npt.NDArray[np.object_]:
    """Draw countries whose shares fall as one over their rank (Zipf), and a few that are not known."""
    share = 1 / np.arange(1, len(COUNTRIES) + 1) ** 1.05
    known = (1 - MISSING_COUNTRY_SHARE) * np.cumsum(share) / share.sum()
    choice = np.searchsorted(known, rng.random(n), side="right")
    return np.array([*COUNTRIES, ""], dtype=object)[choice]


def _cells(customers: pd.DataFrame) -> pa.Table:
    """Return the table as the file shall have it: minutes with one decimal, from whole tenths, on every machine."""
    table = pa.Table.from_pandas(customers, preserve_index=False)
    tenths = np.round(10 * customers["minutes_watched"].to_numpy()).astype(np.int64)
    minutes = pc.binary_join_element_wise(
        pa.array(tenths // 10).cast(pa.string()), pa.array(tenths % 10).cast(pa.string()), "."
    )
    return table.set_column(table.column_names.index("minutes_watched"), "minutes_watched", minutes)


def _sigmoid(logit: Column) -> Column:
    return np.asarray(1 / (1 + np.exp(-logit)))
