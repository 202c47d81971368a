"""One customer in a browser: what tests of the form and its answers share."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page, Route

from predict.contract import Contract
from tests.fitted import metadata_of

CONTRACT: Contract = metadata_of("HistGradientBoostingClassifier").contract
EXAM_TAKER = {"field-1": "21", "field-2": "612", "field-3": "4", "field-4": "6", "field-5": "420", "field-6": "US"}
YES, NO = "Will Purchase", "Will Not Purchase"
API, LOOK = "**/api/predict", "**/api/predict?include=*"
"""The request for a score, and the one that looks around it when it has rested."""


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into the fields."""
    for id_, value in values.items():
        page.locator(f"#{id_}").fill(value)


def press_predict(page: Page) -> None:
    """Press the form's button."""
    page.get_by_role("button", name="Predict").click()


def slow_down(page: Page, milliseconds: int) -> None:
    """Let every request of the page's scripts take this much longer."""
    page.evaluate(
        """milliseconds => {
            const { fetch } = window;
            window.fetch = async (...all) => {
                await new Promise((resolve) => setTimeout(resolve, milliseconds));
                return fetch(...all);
            };
        }""",
        milliseconds,
    )


def moves_of_a_second(page: Page) -> Iterator[int]:
    """Yield the numbers of 60 moves, 16 ms apart by the page's clock (`page.clock.install()`), whatever else runs."""
    page.clock.pause_at(time.time() + 60)
    for move in range(60):
        yield move
        page.clock.run_for(16)
    page.clock.resume()


def answer(probability: float, threshold: float = 0.3) -> dict[str, Any]:
    """Return what the service could say."""
    positive = probability >= threshold
    return {
        "prediction": CONTRACT.words(positive),
        "will_purchase": positive,
        "probability": probability,
        "threshold": threshold,
        "warnings": [],
    }


def answering(*, status: int = 200, body: object = None, **headers: str) -> Callable[[Route], None]:
    """Return a route's handler that answers with this."""
    content = {"Content-Type": "application/json"} | {key.replace("_", "-"): text for key, text in headers.items()}
    return lambda route: route.fulfill(status=status, body=json.dumps(body), headers=content)
