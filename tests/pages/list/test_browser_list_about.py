"""What is said about a scored list, in a real browser: its outcome, reasons, segments and gains, as Python has them."""

import csv
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from sklearn.metrics import precision_score, recall_score

from predict.words import number_text, percent_text
from tests.fitted import customers
from tests.list_page import BATCH, CONTRACT, HEADING, ROWS, Service, many, score, scored, to_csv, upload
from training.evaluation.metrics import calibration_bins, calibration_error

ROWS_OF_A_CHUNK = 100


def percent_cell(share: float) -> str:
    """Say a share as a column has it: always with one decimal."""
    return f"{np.floor(share * 1000 + 0.5) / 10:.1f}%"


def table(page: Page, name: str) -> list[list[str]]:
    """Return the cells of a table's body."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    return list(page.locator(f"#{name} tbody tr").evaluate_all(script))


@pytest.mark.firefox
def test_a_list_that_knows_who_bought_is_held_against_it(page: Page) -> None:
    X, y = customers(ROWS_OF_A_CHUNK)
    rng = np.random.default_rng(1)
    bought = pd.Series(np.where(y == 1, "Yes", "no"), dtype=object).where(rng.random(len(y)) > 0.1, "")
    plans = rng.choice(["Free", "Team", ""], len(y))
    cells = X.assign(plan=plans, purchased=bought).astype(str).to_numpy().tolist()
    upload(page, to_csv([[*X.columns, "plan", CONTRACT.target.name.upper()], *cells]))
    known = (bought != "").to_numpy()
    expect(page.locator(".column-line").last).to_contain_text(f"✓ {y[known].sum()} of {known.sum()} yes")
    with page.expect_response(BATCH) as response:
        score(page)
    results: list[dict[str, Any]] = response.value.json()["results"]
    p = np.array([result["probability"] for result in results])
    cut = float(np.quantile(p, 0.7).round(2))
    page.locator("#cut-box").fill(str(round(cut * 100)))
    on_list = p >= cut

    expect(page.locator("#known")).to_contain_text(f"{y[known].sum()} of {known.sum()} customers")
    expect(page.locator(".tile").first).to_contain_text(f"{on_list.sum()}")
    notes = page.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.lastElementChild.textContent)")
    precision, recall = precision_score(y[known], on_list[known]), recall_score(y[known], on_list[known])
    assert notes[1:] == [
        f"In this file: {y[known & on_list].sum()}",
        f"In this file: {percent_text(precision)}",
        f"In this file: {percent_text(recall)}",
        f"In this file: {precision / y[known].mean():.1f}×",
    ]
    error = number_text(calibration_error(y[known], p[known]) * 100)
    expect(page.locator("#calibration-words")).to_contain_text(f"On average a score is off by {error} points.")
    assert table(page, "calibration-table") == [
        [percent_cell(bin_.mean_probability), percent_cell(bin_.fraction_positive), str(bin_.count)]
        for bin_ in calibration_bins(y[known], p[known])
    ]

    labels = {feature.name: feature.label for feature in CONTRACT.features}
    mains = [
        r["reasons"]["for"][0]["feature"] for r, on in zip(results, on_list, strict=True) if on and r["reasons"]["for"]
    ]
    causes = pd.Series(mains).map(labels).value_counts()
    expect(page.locator("#causes-words")).to_contain_text(f"For {percent_text(causes.iloc[0] / on_list.sum())} of")
    assert {row[0]: int(row[1]) for row in table(page, "causes")} == causes.to_dict()

    page.get_by_label("By", exact=True).select_option("plan")
    groups = pd.DataFrame({"plan": plans, "p": p, "on": on_list, "y": np.where(known, y, np.nan)}).groupby("plan")
    expected = {
        plan or "(blank)": [str(len(g)), str(g.on.sum()), percent_cell(g.p.mean()), percent_cell(g.y.mean())]
        for plan, g in groups
    }
    assert {name: rest for name, *rest in table(page, "segments")} == expected

    page.locator("#about summary").first.click()
    ordered = np.sort(p)[::-1]
    best = table(page, "gains-table")[2]
    assert best[:5] == [
        "30%",
        "30",
        percent_cell(ordered[29]),
        number_text(ordered[:30].sum()),
        percent_text(ordered[:30].sum() / p.sum()),
    ]
    assert best[5] == f"{ordered[:30].mean() / p.mean():.2f}×"
    expect(page.locator("#gains circle.point")).to_have_count(11)


def test_a_list_without_an_outcome_says_nothing_of_one(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, many(60))
    expect(page.locator("#calibration-part")).to_be_hidden()
    expect(page.locator("#known")).to_be_empty()
    expect(page.locator("#gains circle.point")).to_have_count(0)
    expect(page.locator("#causes-words")).to_have_text("Nobody is on the contact list.")
    page.locator("#cut-box").fill("0")
    expect(page.locator("#causes-words")).to_have_text("Nobody on the contact list has a reason that raises the score.")
    page.get_by_role("button", name="Show columns and problems").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Known outcome (optional)").select_option("email")
    expect(page.locator(".column-line").last).to_contain_text("Not yes or no")
    score(page)
    expect(page.locator("#calibration-part")).to_be_hidden()


def test_segments_that_are_not_shown_are_counted(page: Page) -> None:
    page.route(BATCH, Service())
    scored(page, to_csv([[*HEADING, "town"], *([*row, f"Town {n}"] for n in range(15) for row in ROWS[:2])]))
    page.get_by_label("By", exact=True).select_option("town")
    assert len(table(page, "segments")) == 12
    expect(page.locator("#segments-more")).to_have_text("And 3 more.")


def test_reasons_are_there_without_another_request(troubled: Page) -> None:
    with troubled.expect_response(BATCH) as response:
        scored(troubled, to_csv([HEADING, *ROWS]))
    troubled.route("**/api/predict", lambda route: route.abort())
    troubled.get_by_role("button", name="C-2", exact=True).click()
    expect(troubled.locator("#explanation-words")).to_contain_text("The others could not be had just now.")
    reasons = response.value.json()["results"][1]["reasons"]
    points = sorted((r["contribution"] * 100 for side in reasons.values() for r in side), key=abs, reverse=True)
    shown = troubled.locator("#explanation-rows .why-points").all_inner_texts()
    assert shown == [re.sub("^-", "−", f"{point:+.1f}") for point in points]


@pytest.mark.firefox
def test_a_pinned_customer_is_set_beside_the_next_that_is_opened(page: Page) -> None:
    scored(page, to_csv([HEADING, *ROWS]))
    answers = []
    for name in ("C-1", "C-2"):
        with page.expect_response("**/api/predict") as response:
            page.get_by_role("button", name=name, exact=True).click()
        answers.append(response.value.json())
        expect(page.locator("#pin")).to_be_enabled()
        if name == "C-1":
            expect(page.locator("#compare")).to_be_hidden()
            page.get_by_role("button", name="Pin to compare").click()
            expect(page.locator("#compare-words")).to_have_text("Enter or open another customer to see both here.")
            page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Beside C-1, pinned")).to_be_visible()
    chance, *inputs = table(page, "compare-table")
    assert chance[1:3] == [percent_text(answer["probability"]) for answer in answers]
    first, second = ({c["feature"]: c["contribution"] for c in answer["contributions"]} for answer in answers)
    points = {f.label: 100 * (second[f.name] - first[f.name]) for f in CONTRACT.features}
    assert {label: float(text.replace("−", "-")) for label, _, _, text in inputs} == pytest.approx(points, abs=0.051)
    assert {label: (then, now) for label, then, now, _ in inputs}["Exams passed"] == ("6 exams", "0 exams")
    page.get_by_role("button", name="Unpin").click()
    expect(page.locator("#compare")).to_be_hidden()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="C-1", exact=True).click()
    page.get_by_role("button", name="Pin to compare").click()
    page.keyboard.press("Escape")
    page.once("dialog", lambda dialog: dialog.accept())
    scored(page, many(5))
    page.get_by_role("button", name="C-2", exact=True).click()
    expect(page.locator("#pin")).to_have_text("Pin to compare")
    expect(page.locator("#compare")).to_be_hidden()


def test_a_list_whose_outcomes_are_all_the_same_has_no_number_that_is_none(page: Page) -> None:
    page.route(BATCH, Service())
    page.on("dialog", lambda dialog: dialog.accept())
    heading, *rows = csv.reader(many(40).splitlines())
    for answer, lift in (("no", "–"), ("yes", "0.77×"), ("", "–")):
        upload(page, to_csv([[*heading, "purchased"], *([*row, answer] for row in rows[:-1]), [*rows[-1], "no"]]))
        expect(page.locator("#ranked")).to_be_hidden()
        score(page)
        expect(page.locator("#ranked")).to_be_visible()
        page.get_by_label("By list size").check()
        page.locator("#cut-box").fill("0")
        expect(page.locator(".tile-value").first).to_have_text("0")
        shown = page.locator("#contact, #about").all_text_contents()
        assert not any(word in text for text in shown for word in ("NaN", "Infinity", "undefined")), answer
        assert table(page, "gains-table")[0][-1] == lift, answer
