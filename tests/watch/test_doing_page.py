"""The page that says how the model is doing, in a real browser, with documents that `describe` made."""

from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from predict.model.session import Model
from tests.browser import LOOKS, Visit, accessibility_faults, overflow, visit
from tests.engines import is_chromium
from tests.fitted import model_file
from tests.watch.conftest import empty
from tests.watch.test_doing import FILE, MODEL, NOW, PACKAGED, answer
from watch.doing import describe
from watch.matching import Judged
from watch.shelf import publish, serve, share

CANARY = Model.from_bytes(model_file("LogisticRegression"))
HEADLINES = {
    "off": "This model is not being watched.",
    "empty": "No customer has been scored yet.",
    "early": "Too early: 50 of 100 customers.",
    "ok": "The customers are as in training.",
    "look": "Look at Minutes watched.",
}


def judged(n, truth):
    rng = np.random.default_rng(1)
    scores = rng.beta(0.6, 1.6, n)
    return {MODEL.hash[:12]: Judged(scores.tolist(), (rng.random(n) < scores * truth).tolist(), ["2026-02-01"] * n)}


@pytest.fixture(scope="module")
def documents(account):
    """Return what the service says in each state; nothing where the model is not watched."""
    models, parts = empty(account, "models"), empty(account, "counts")
    now = {"by": "ada", "at": "2026-03-01T00:00:00+00:00"}
    serve(models, publish(models, FILE), **now)
    made = {"off": None, "empty": describe(parts, models, PACKAGED, NOW, {})}
    answer(parts, MODEL, 50, contacted=0.08)
    made["early"] = describe(parts, models, PACKAGED, NOW, judged(3, 1.0))
    answer(parts, MODEL, 4_000, contacted=0.08)
    made["ok"] = describe(parts, models, PACKAGED, NOW, judged(2_000, 1.0))
    answer(parts, PACKAGED, 300, date=NOW - timedelta(days=3))
    answer(parts, MODEL, 9_000, longer=1.5, failed=500, contacted=0.08)
    made["look"] = describe(parts, models, PACKAGED, NOW)
    share(models, publish(models, model_file("LogisticRegression")), 0.1, **now)
    answer(parts, CANARY, 400)
    made["fewer"] = describe(parts, models, PACKAGED, NOW, judged(2_000, 0.6))
    return made


def watched(page: Page):
    page.route("**/api/health", lambda route: route.fulfill(json={"status": "ok", "shelf": "ok"}))


def say(page: Page, document):
    if document is None:  # as the service of these tests has it, which watches nothing
        return
    watched(page)
    page.route("**/api/doing", lambda route: route.fulfill(json=document))


@LOOKS
def test_every_state_is_one_sentence_first_and_breaks_no_rule(browser: Browser, site, documents, viewport, scheme):
    with visit(browser, site, viewport=viewport, color_scheme=scheme) as visitor:
        page = visitor.page
        for state, headline in HEADLINES.items():
            say(page, documents[state])
            visitor.open("doing.html")
            expect(page.locator("#headline")).to_have_text(headline)
            for summary in page.locator("summary").all():
                summary.click()
            assert accessibility_faults(page) == [], state
            assert overflow(page) == 0, state
        assert visitor.complaints == []


def test_purchases_that_fall_short_come_before_inputs_that_shift(visitor: Visit, documents):
    page = visitor.page
    say(page, documents["fewer"])
    visitor.open("doing.html")
    expect(page.locator("#headline")).to_contain_text("Fewer customers purchase than the model says")
    expect(page.locator(".input").first).to_contain_text("Minutes watched Look at this")
    expect(page.locator(".chart .whisker")).to_have_count(len(documents["fewer"]["models"][0]["outcomes"]["bins"]))
    expect(page.get_by_role("heading", name="An earlier model")).to_be_visible()


def test_where_outcomes_are_too_few_the_mean_score_is_said_to_be_expected(visitor: Visit, documents):
    for state in ("early", "look"):
        say(visitor.page, documents[state])
        visitor.open("doing.html")
        expect(visitor.page.get_by_text("Expected, not measured: the mean score is")).to_be_visible()
    say(visitor.page, documents["ok"])
    visitor.open("doing.html")
    expect(visitor.page.get_by_text("Show the numbers")).to_be_visible()
    expect(visitor.page.get_by_text("Expected, not measured")).to_have_count(0)


def test_models_on_trial_stand_in_one_table_beside_the_one_that_serves(visitor: Visit, documents):
    page = visitor.page
    say(page, documents["fewer"])
    visitor.open("doing.html")
    table = page.get_by_role("table", name="The model that serves, and those on trial")
    heads = [f"Serves{MODEL.hash[:8]}", f"Answers 10%{CANARY.hash[:8]}"]
    expect(table.get_by_role("columnheader")).to_have_text(heads)
    row = table.get_by_role("row").filter(has_text="Customers scored")
    expect(row.get_by_role("cell")).to_have_text(["13,050", "400"])
    expect(page.get_by_text("Too early to compare: both need about 300 outcomes.")).to_be_visible()
    expect(page.get_by_text("outcomes, precision and recall are of single predictions alone")).to_be_visible()


def test_three_models_side_by_side_fit_a_phone(visitor: Visit, documents):
    page, trial = visitor.page, documents["fewer"]["trial"]
    measured = {"precision": {"value": 0.672, "low": 0.641, "high": 0.702}, "outcomes": 3_100, "sentence": "a"}
    three = [model | measured for model in (*trial["models"], trial["models"][1] | {"role": "shadow"})]
    say(page, documents["fewer"] | {"trial": trial | {"models": three}})
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.open("doing.html")
    expect(page.locator(".trial thead th")).to_have_count(3)
    assert overflow(page) == 0
    assert accessibility_faults(page) == []


def test_inputs_open_by_keyboard_and_say_both_shares(visitor: Visit, documents):
    page = visitor.page
    say(page, documents["look"])
    visitor.open("doing.html")
    page.locator(".input summary").first.focus()
    page.keyboard.press("Enter")
    table = page.locator(".input").first.get_by_role("table")
    expect(table).to_be_visible()
    shift = next(shift for shift in documents["look"]["models"][0]["inputs"] if shift["is_shifted"])
    expect(table.locator("tbody tr")).to_have_count(len(shift["bars"]))
    expect(table.locator("tbody th")).to_have_text([bar["words"] for bar in shift["bars"]])


def test_file_of_outcomes_is_sent_with_its_day_and_the_answer_is_said(visitor: Visit, documents):
    page, sent = visitor.page, []
    say(page, documents["early"])

    def take(route: Route) -> None:
        sent.append(route.request)
        problems = [{"line": 3, "message": "<b>It has neither a request_id nor a ref.</b>"}]
        said = {
            "rows": 2,
            "matched": 1,
            "unknown": 0,
            "repeated": 0,
            "failed": 1,
            "problems": problems,
            "is_new": False,
        }
        route.fulfill(json=said)

    page.route("**/api/outcomes*", take)
    visitor.open("doing.html")
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("#send-words")).to_have_text("Choose a file first.")
    expect(page.locator("#file")).to_be_focused()
    file = {"name": "o.csv", "mimeType": "text/csv", "buffer": b"ref,time\na,2026-03-01\n,\n"}
    page.locator("#file").set_input_files(file)
    page.get_by_label("It names every buyer up to").fill("2026-03-30")
    page.get_by_role("button", name="Send the file").click()
    words = "2 rows read, 1 matched, 1 that cannot be used. This file was here already and counts once."
    expect(page.locator("#send-words")).to_have_text(words)
    expect(page.locator("#send-problems")).to_have_text("Line 3: <b>It has neither a request_id nor a ref.</b>")
    (request,) = sent
    assert request.url.endswith("/api/outcomes?complete_through=2026-03-30")
    assert "x-functions-key" not in request.headers
    if is_chromium(page.context.browser):  # over BiDi a file that is sent is not seen
        assert request.post_data == file["buffer"].decode()


def test_file_of_buyers_alone_needs_the_day_and_the_page_says_which(browser: Browser, site, documents):
    with visit(browser, site) as visitor:
        page = visitor.page
        say(page, documents["early"])
        fault = {"field": "outcome", "code": "missing", "message": "complete_through=2026-01-31", "limit": None}
        page.route("**/api/outcomes*", lambda route: route.fulfill(status=422, json={"errors": [fault]}))
        visitor.open("doing.html")
        page.locator("#file").set_input_files({"name": "o.csv", "mimeType": "text/csv", "buffer": b"ref,time\n"})
        page.get_by_role("button", name="Send the file").click()
        words = "Without the column outcome every row is a buyer. Say up to which day the file names them all."
        expect(page.locator("#send-words")).to_have_text(words)
        expect(page.get_by_label("It names every buyer up to")).to_be_focused()


def test_days_are_written_as_the_browser_writes_them(browser: Browser, site, documents):
    for locale, days in {"en-US": "Mar 1, 2026", "de-DE": "01.03.2026"}.items():
        with visit(browser, site, locale=locale) as visitor:
            model = documents["ok"]["models"][0] | {"from": "2026-03-01", "to": "2026-03-01"}
            say(visitor.page, documents["ok"] | {"models": [model]})
            visitor.open("doing.html")
            expect(visitor.page.locator("#models .muted").first).to_contain_text(f"), {days}")


def test_key_is_asked_for_where_the_service_wants_one(browser: Browser, site, documents):
    with visit(browser, site) as visitor:
        page, keys = visitor.page, []

        def guard(route: Route) -> None:
            keys.append(route.request.headers.get("x-functions-key"))
            route.fulfill(json=documents["ok"]) if keys[-1] == "right" else route.fulfill(status=401)

        watched(page)
        page.route("**/api/doing", guard)
        visitor.open("doing.html")
        expect(page.locator("#headline")).to_have_text("An access key is needed.")
        for key, headline in (("wrong", "An access key is needed."), ("right", "The customers are as in training.")):
            page.get_by_label("Access key").fill(key)
            page.keyboard.press("Enter")
            expect(page.locator("#headline")).to_have_text(headline)
            if key == "wrong":
                expect(page.locator("#headline-note")).to_have_text("The service does not accept this key.")
        assert keys == [None, "wrong", "right"]


def test_without_script_the_page_says_where_the_numbers_are(browser: Browser, site):
    if not is_chromium(browser):
        pytest.skip("over BiDi scripts come empty, and what stands in noscript is not shown")
    with visit(browser, site, java_script_enabled=False) as visitor:
        page = visitor.open("doing.html")
        expect(page.locator("noscript .notice")).to_contain_text("python -m watch doing")
        assert visitor.complaints == []
