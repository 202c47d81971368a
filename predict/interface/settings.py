"""Settings: what a deployment may choose by environment variables, and the limits of requests that follow.

A setting that cannot be right keeps the app from starting: nothing is served under limits that nobody chose.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple, Self

__all__ = ["Settings"]

# Not by pathlib: a cold start would wait 2 ms for it.
_MODEL = os.path.join(os.path.dirname(os.path.dirname(__file__)), "model.onnx")
_KIB = 1024
_MIB = 1024 * _KIB
# The host lets in four times as much (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT): beyond that it answers an empty 500.
_MOST_BYTES = 15 * _MIB
# Of a model that is not explained quickly: a millisecond or two a row, several on a busy core, and a site
# with the API behind it waits 45 s.
_MOST_REASON_ROWS = 5_000


class Settings(NamedTuple):
    """The settings of an app.

    Attributes
    ----------
    model_path : str
        MODEL_PATH; by default the model file in this package.
    site_url : str
        SITE_URL: where the pages live; by default beside the API.
    max_batch_rows, max_csv_rows : int
        MAX_BATCH_ROWS and MAX_CSV_ROWS.
    watch_url : str
        WATCH_URL: the blob account that says which model serves and takes the counts; by default none.
    keep_answers_days, outcome_days : int
        KEEP_ANSWERS_DAYS: how long answers are kept, to compare them with outcomes; by default 0, not at all.
        OUTCOME_DAYS: an outcome counts for an answer if it comes within so many days after it.
    bulk_auth_level : str
        BULK_AUTH_LEVEL: "anonymous", "function" or "admin". Whoever may send a thousand customers at once needs a key,
        unless the deployment says otherwise.
    """

    model_path: str
    site_url: str
    max_batch_rows: int
    max_csv_rows: int
    bulk_auth_level: str
    watch_url: str = ""
    keep_answers_days: int = 0
    outcome_days: int = 30

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """Read the settings; what is empty or absent has its default.

        Raises
        ------
        ValueError
            If a setting cannot be right; names it.
        """
        level = (variables.get("BULK_AUTH_LEVEL") or "function").lower()
        if level not in {"anonymous", "function", "admin"}:
            raise ValueError("The app setting BULK_AUTH_LEVEL must be anonymous, function or admin.")
        days, outcome_days = _whole(variables, "KEEP_ANSWERS_DAYS", 0, 0), _whole(variables, "OUTCOME_DAYS", 30, 0)
        if 0 < days <= outcome_days:
            raise ValueError("KEEP_ANSWERS_DAYS must be more than OUTCOME_DAYS, or no answer is there to be judged.")
        return cls(
            model_path=variables.get("MODEL_PATH") or _MODEL,
            site_url=variables.get("SITE_URL") or "/",
            max_batch_rows=_whole(variables, "MAX_BATCH_ROWS", 1_000),
            max_csv_rows=_whole(variables, "MAX_CSV_ROWS", 100_000),
            bulk_auth_level=level,
            watch_url=variables.get("WATCH_URL") or "",
            keep_answers_days=days,
            outcome_days=outcome_days,
        )

    @property
    def limits(self) -> dict[str, int]:
        """The limits of requests, as the model's description states them."""
        return {
            "body_bytes": 64 * _KIB,
            "batch_rows": self.max_batch_rows,
            "batch_bytes": min(64 * _KIB + _KIB * self.max_batch_rows, _MOST_BYTES),
            "csv_rows": self.max_csv_rows,
            "csv_bytes": _MOST_BYTES,
            "csv_rows_with_reasons": min(_MOST_REASON_ROWS, self.max_csv_rows),
        }


def _whole(variables: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    text = variables.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"The app setting {name} must be a whole number, {least} or more.")
    return int(text)
