"""FastAPI, pydantic and onnxruntime on the very model file, served by uvicorn.

It checks types and nothing else, warns of nothing and explains nothing: less work than the function does.
"""

import json
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel, create_model

_options = onnxruntime.SessionOptions()
_options.intra_op_num_threads = 1  # as the function has it
session = onnxruntime.InferenceSession(os.environ["MODEL_PATH"], _options, providers=["CPUExecutionProvider"])
target = json.loads(session.get_modelmeta().custom_metadata_map["contract"])
categories = [feature["name"] for feature in target["features"] if feature["kind"] == "category"]
numbers = [feature["name"] for feature in target["features"] if feature["kind"] != "category"]
fields = dict.fromkeys(numbers, (float, ...)) | dict.fromkeys(categories, (str, ...))
Customer = create_model("Customer", **fields)  # type: ignore[call-overload]


class Answer(BaseModel):
    """What is answered."""

    prediction: str
    will_purchase: bool
    probability: float
    threshold: float


app = FastAPI()


@app.post("/api/predict")
async def predict(customer: Customer) -> Answer:  # type: ignore[valid-type]
    """Score one customer; async, because a thread would cost several times what the score does."""
    return score([customer])[0]


@app.post("/api/predict/batch")
async def predict_batch(customers: list[Customer]) -> list[Answer]:  # type: ignore[valid-type]
    """Score many customers."""
    return score(customers)


def score(customers: list[Customer]) -> list[Answer]:  # type: ignore[valid-type]
    """Run the model once for all of them."""
    feed = {name: np.array([[getattr(customer, name)] for customer in customers], object) for name in categories}
    feed["NUMBERS"] = np.array([[getattr(customer, name) for name in numbers] for customer in customers])
    return [answer(float(probability)) for probability in session.run(None, feed)[0][:, 0]]


def answer(probability: float) -> Answer:
    """Say what a probability means."""
    will_purchase = probability >= target["threshold"]
    return Answer(
        prediction=target["target"]["positive" if will_purchase else "negative"],
        will_purchase=will_purchase,
        probability=probability,
        threshold=target["threshold"],
    )
