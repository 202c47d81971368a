"""Dialects: how each server is asked for customers' probabilities, and where its answer has them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["BENTOML", "MLFLOW", "OURS", "PLAIN", "Customer", "Dialect", "inference"]

type Customer = Mapping[str, object]
type Probabilities = list[float | None]


@dataclass(frozen=True)
class Dialect:
    """The words of a server.

    Attributes
    ----------
    path, batch_path : str
        Of one customer, and of many.
    write, write_batch : callable
        Return what is sent for one customer, and for many, to be written as JSON.
    read, read_batch : callable
        Return the probability of each customer of an answer, None for one without.
    """

    path: str
    batch_path: str
    write: Callable[[Customer], object]
    write_batch: Callable[[Sequence[Customer]], object]
    read: Callable[[Any], Probabilities]
    read_batch: Callable[[Any], Probabilities]


def inference(path: str, categories: Sequence[str]) -> Dialect:
    """Return the Open Inference Protocol, in which customers are sent column by column.

    Parameters
    ----------
    path : str
        Of the model's `infer`.
    categories : sequence of str
        The names of the columns of text; the others are numbers, whatever is sent in them.
    """

    def write(customers: Sequence[Customer]) -> object:
        return {
            "inputs": [
                {
                    "name": name,
                    "datatype": "BYTES" if name in categories else "FP64",
                    "shape": [len(customers)],
                    "data": [customer[name] for customer in customers],
                }
                for name in customers[0]
            ]
        }

    def read(answer: Any) -> Probabilities:
        output = answer["outputs"][0]
        return [float(value) for value in output["data"][1 :: output["shape"][1]]]

    return _same(path, write, read)


def _same(path: str, write: Callable[[Sequence[Customer]], object], read: Callable[[Any], Probabilities]) -> Dialect:
    """Return the dialect of a server to which one customer is a batch of one."""
    return Dialect(path, path, lambda customer: write([customer]), write, read, read)


def _of_pairs(pairs: Sequence[Sequence[float]]) -> Probabilities:
    """Read what predict_proba returns: for each row the probabilities of no and yes."""
    return [float(pair[1]) for pair in pairs]


PLAIN = Dialect(
    "/api/predict",
    "/api/predict/batch",
    lambda customer: customer,
    list,
    lambda answer: [answer["probability"]],
    lambda answers: [answer["probability"] for answer in answers],
)
"""An object for a customer and a list of them for many: the FastAPI and the Flask peer."""

OURS = Dialect(
    PLAIN.path,
    PLAIN.batch_path,
    PLAIN.write,
    lambda customers: {"rows": list(customers)},
    PLAIN.read,
    lambda answer: [result.get("probability") for result in answer["results"]],
)
"""The function app."""

MLFLOW = _same(
    "/invocations",
    lambda customers: {"dataframe_records": list(customers)},
    lambda answer: _of_pairs(answer["predictions"]),
)

BENTOML = _same("/predict", lambda customers: {"customers": list(customers)}, _of_pairs)
"""The service in peers/bentoml_app.py."""
