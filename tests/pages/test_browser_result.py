"""What is shown of an answer, and done with it: reasons, changes, links, pins, what came before."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import NARROW, WIDE, Visit, accessibility_faults, visit
from tests.customer import CONTRACT, EXAM_TAKER, NO, YES, answer, answering, fill, press_predict


@pytest.fixture
def answered(visitor: Visit) -> Iterator[Page]:
    """The page with an answer that has rested, and all that belongs to it."""
    page = visitor.open("#" + urlencode(typed()))
    expect(page.locator("#changes")).to_be_visible()
    return page


def typed() -> dict[str, str]:
    return dict(zip((feature.name for feature in CONTRACT.features), EXAM_TAKER.values(), strict=True))


def points(texts: list[str]) -> list[float]:
    return [float(text.replace("−", "-")) for text in texts]


def test_a_shared_link_is_filled_in_and_predicted(answered: Page) -> None:
    expect(answered.locator("#verdict")).to_have_text(YES)
    expect(answered.locator("#field-2")).to_have_value("612")
    expect(answered.locator("#field-6")).to_have_value("United States")


def test_an_old_link_is_opened_and_its_values_leave_the_query(visitor: Visit) -> None:
    page = visitor.open("?" + urlencode(typed()))
    expect(page.locator("#verdict")).to_have_text(YES)
    expect(page).to_have_url(re.compile(r"/#days_on_platform=21&"))


def test_a_link_opened_in_the_same_tab_is_predicted(answered: Page) -> None:
    answered.goto(answered.url.replace("minutes_watched=612", "minutes_watched=0"))
    expect(answered.locator("#field-2")).to_have_value("0")
    expect(answered).to_have_url(re.compile(r"minutes_watched=0&"))


def test_a_link_with_a_value_that_cannot_be_says_so(visitor: Visit) -> None:
    page = visitor.open("#days_on_platform=-3&student_country=Atlantis&more=<b>")
    expect(page.locator("#summary li").first).to_have_text("Days on platform must be 0 or more")
    expect(page.locator("#field-1")).to_have_value("-3")


def test_the_address_holds_the_inputs_until_the_form_is_cleared(answered: Page) -> None:
    answered.locator("#field-2").fill("1,234.5")
    expect(answered).to_have_url(re.compile(r"/#days_on_platform=21&minutes_watched=1234.5&.*student_country=US$"))
    answered.get_by_role("button", name="Clear", exact=True).click()
    expect(answered).to_have_url(re.compile(r"/$"))
    expect(answered.locator("#why")).to_be_hidden()
    expect(answered.locator("#changes")).to_be_hidden()
    expect(answered.locator(".curve")).to_have_count(0)


@pytest.mark.firefox
def test_the_table_adds_up_to_the_score(answered: Page) -> None:
    parts = points(answered.locator("#why-rows .why-points").all_inner_texts())
    assert parts == sorted(parts, key=abs, reverse=True)
    average, *effects = re.findall(r"[+−]?[\d.]+(?=%| |$)", answered.locator("#why-sum").inner_text().split("=")[0])
    assert sum(points(effects)) == pytest.approx(sum(parts), abs=0.05 * len(parts) + 0.1)
    answered.get_by_text("Numbers for checking").click()
    totals = [row.split("\t") for row in answered.locator("#checking-rows tr").all_inner_texts()]
    exact = answered.evaluate(
        "body => fetch('api/predict', {method: 'POST', body, headers: {'Content-Type': 'application/json'}})"
        ".then(response => response.json()).then(({ probability }) => probability * 100)",
        json.dumps({name: value if name == "student_country" else float(value) for name, value in typed().items()}),
    )
    assert float(totals[-1][-1].rstrip("%")) == pytest.approx(exact, abs=0.006)
    assert float(totals[0][-1].rstrip("%")) == pytest.approx(float(average), abs=0.51)
    assert float(totals[0][-1].rstrip("%")) + sum(points([row[3] for row in totals[1:]])) == pytest.approx(
        exact, abs=0.1
    )


def test_small_effects_get_small_bars_on_either_side(answered: Page) -> None:
    contributions = [
        {"feature": feature.name, "value": "US" if feature.is_category else 1, "contribution": share}
        for feature, share in zip(CONTRACT.features, (0.004, -0.002, 0.0, 0.001, 0.0, -0.0005), strict=True)
    ]
    scored = answer(0.1025) | {"base_value": 0.1, "contributions": contributions}
    answered.route("**/api/predict", answering(body=scored))
    answered.locator("#field-1").fill("22")
    expect(answered.locator("#why-rows .why-points").first).to_have_text("+0.4")
    widths = [float(str(bar.get_attribute("width")).rstrip("%")) for bar in answered.locator("#why-rows rect").all()]
    assert max(widths) <= 20
    expect(answered.locator("#why-rows tr").nth(1).locator(".effect-down")).to_have_count(1)
    expect(answered.locator("#why-rows .why-points:is(.up, .down)")).to_have_count(4)
    expect(answered.locator("#why-rows th").first).to_have_text("Days on platform 1 day")
    expect(answered.locator("#why-sum")).to_have_text("Baseline 10% +0.5 −0.3 = 10%")


@pytest.mark.firefox
def test_a_change_can_be_tried(answered: Page) -> None:
    lines = answered.locator("#changes-list li")
    assert 1 <= lines.count() <= 3
    expect(lines.first).to_contain_text("needed")
    words = [text.replace("\N{NO-BREAK SPACE}", " ") for text in lines.first.locator("strong").all_inner_texts()]
    lines.first.get_by_role("button", name=re.compile(f"^Try {words[0].lower()} at {words[1]}$")).click()
    expect(answered.locator("#verdict")).to_have_text(NO)
    expect(answered.locator("#chance")).to_have_text(words[2])
    expect(answered.locator("#changes-list")).to_contain_text("reaches the")
    expect(answered.locator("#result")).to_be_focused()


def test_two_changes_together_are_tried_at_once(answered: Page) -> None:
    _, minutes, _, exams, *_ = CONTRACT.features
    pair = {"features": [minutes.name, exams.name], "values": [612, 6], "new_values": [90.5, 1], "probability": 0.2}
    answered.route("**/api/predict*", answering(body=answer(0.6) | {"curves": [], "changes": [], "pairs": [pair]}))
    answered.locator("#field-1").fill("22")
    expect(answered.locator("#changes-none")).to_have_text("No single change crosses the threshold. Two together do:")
    words = "Minutes watched at 90.5 minutes (now 612) and Exams passed at 1 exam (now 6)"
    expect(answered.locator("#changes-list p").first).to_have_text(words)
    expect(answered.locator("#changes-list")).to_contain_text("20% is under the 30% needed")
    answered.unroute("**/api/predict*")
    answered.get_by_role("button", name="Try minutes watched at 90.5 minutes and exams passed at 1 exam").click()
    expect(answered.locator("#field-2")).to_have_value("90.5")
    expect(answered.locator("#field-4")).to_have_value("1")
    answered.route("**/api/predict*", answering(body=answer(0.6) | {"curves": [], "changes": [], "pairs": []}))
    answered.locator("#field-1").fill("23")
    expect(answered.locator("#changes-none")).to_have_text("No change of one or two inputs crosses the threshold.")


def test_only_what_somebody_could_act_on_is_suggested(answered: Page) -> None:
    passive = [feature.label for feature in CONTRACT.features if not feature.actionable]
    assert not set(passive) & set(answered.locator("#changes-list strong").all_inner_texts())
    expect(answered.locator("#changes")).to_contain_text("It does not show that the change causes a purchase.")


@pytest.mark.firefox
def test_curves_are_tinted_where_they_reach_the_threshold(answered: Page) -> None:
    numbers = [feature for feature in CONTRACT.features if not feature.is_category]
    expect(answered.locator(".track .curve-line")).to_have_count(len(numbers))
    expect(answered.locator("#legend")).to_be_visible()
    tints = [str(path.get_attribute("d")) for path in answered.locator(".track .curve-over").all()]
    assert tints[0]
    assert any(float(x) > 1 for x in re.findall(r"M([\d.]+) 100", tints[1])[:1])  # few minutes are not enough


def test_another_answer_is_compared_with_the_pinned_one(answered: Page) -> None:
    answered.route("**/api/predict", lambda route: route.fulfill(json=answer(0.5)))
    answered.locator("#field-1").fill("22")
    expect(answered.locator("#chance")).to_have_text("50%")
    answered.get_by_role("button", name="Pin to compare").click()
    expect(answered.locator("#pinned")).to_have_text("= 0.0 pts vs pinned")
    answered.unroute("**/api/predict")
    answered.route("**/api/predict", lambda route: route.fulfill(json=answer(0.189)))
    answered.locator("#field-1").fill("23")
    expect(answered.locator("#pinned")).to_have_text("▼ 31.1 pts vs pinned")
    expect(answered.locator("#gauge-pinned")).to_have_attribute("x1", "50.00%")
    answered.get_by_role("button", name="Unpin").click()
    expect(answered.locator("#pinned")).to_be_hidden()


def test_two_customers_stand_side_by_side_and_their_differences_add_up(answered: Page) -> None:
    answered.get_by_role("button", name="Pin to compare").click()
    expect(answered.locator("#compare-words")).to_have_text("Enter or open another customer to see both here.")
    expect(answered.locator("#compare-table")).to_be_hidden()
    fill(answered, {"field-1": "300", "field-2": "40"})
    expect(answered.locator("#compare-words")).to_contain_text("40 minutes instead of 612 minutes")
    chance, *inputs = [row.split("\t") for row in answered.locator("#compare-rows tr").all_inner_texts()]
    assert ["Days on platform", "21 days", "300 days"] in [row[:3] for row in inputs]
    assert ["Country", "United States", "United States"] in [row[:3] for row in inputs]
    differences = points([row[-1] for row in inputs])
    assert differences == sorted(differences, key=abs, reverse=True)
    assert sum(differences) == pytest.approx(*points([chance[-1]]), abs=0.05 * len(differences) + 0.1)
    assert accessibility_faults(answered) == []
    answered.get_by_role("button", name="Clear", exact=True).click()
    expect(answered.locator("#compare")).to_be_hidden()


def test_the_link_is_copied_or_the_address_bar_pointed_to(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=WIDE, permissions=["clipboard-read", "clipboard-write"]) as visitor:
        page = visitor.open()
        page.get_by_role("button", name="Exam-taker").click()
        page.get_by_role("button", name="Copy link").click()
        expect(page.locator("#copy")).to_have_text("Link copied")
        assert page.evaluate("navigator.clipboard.readText()") == page.url
        assert "minutes_watched=612" in page.url
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
        expect(page.locator("#copy")).to_have_text("Copy link")
        page.locator("#copy").click()
        expect(page.locator("#copy")).to_have_text("Copy it from the address bar")


def test_recent_predictions_are_kept_opened_and_forgotten(answered: Page) -> None:
    answered.get_by_role("button", name="Gone quiet").click()
    rows = answered.locator("#recent-rows tr")
    expect(rows).to_have_count(2)
    answered.goto(answered.url.split("#")[0])
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Will Not Purchase")
    expect(rows.nth(1)).to_contain_text("United States")
    rows.nth(1).get_by_role("button", name=re.compile("^Open")).click()
    expect(answered.locator("#field-2")).to_have_value("612")
    expect(answered.locator("#verdict")).to_have_text(YES)
    # Once the answer rests it moves to the top.
    expect(rows.first).to_contain_text("United States")
    expect(rows).to_have_count(2)
    answered.get_by_role("button", name="Clear all").click()
    expect(answered.locator("#recent")).to_be_hidden()
    assert answered.evaluate("localStorage.getItem('recent')") is None


def test_what_another_page_left_in_the_storage_does_no_harm(visitor: Visit) -> None:
    page = visitor.open("404.html")
    for kept in ("{", "[]", '[{"customer": {"weather": 1}}]', "null", '[{"customer": null}]'):
        page.evaluate("kept => { localStorage.recent = kept; }", kept)
        visitor.open()
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#recent-rows tr"), kept).to_have_count(1)


@pytest.mark.firefox
def test_blocked_storage_only_shortens_the_memory(browser: Browser, site: str) -> None:
    with visit(browser, site) as visitor:
        visitor.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked'); } })"
        )
        page = visitor.open()
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#recent-rows tr")).to_have_count(1)
        page.get_by_role("button", name="Dark theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert visitor.complaints == []


def test_on_small_screens_a_bar_says_the_result_while_its_card_is_out_of_sight(browser: Browser, site: str) -> None:
    with visit(browser, site, viewport=NARROW) as visitor:
        page = visitor.open()
        bar = page.locator("#result-bar")
        expect(bar).to_be_hidden()
        page.get_by_role("button", name="Exam-taker").click()
        expect(page.locator("#verdict")).to_be_in_viewport()
        expect(bar).to_be_hidden()
        page.locator("#field-1").focus()
        expect(bar).to_be_visible()
        expect(bar).to_contain_text(re.compile(r"\d+%.*Will Purchase"))
        for _ in range(16):  # whatever has the focus is not behind the bar
            page.keyboard.press("Tab")
            covered = page.evaluate(
                """() => {
                    const { bottom } = document.activeElement.getBoundingClientRect();
                    const bar = document.getElementById("result-bar");
                    return !bar.hidden && !bar.contains(document.activeElement)
                        && bottom > bar.getBoundingClientRect().top + 1;
                }"""
            )
            assert not covered
        page.locator("#field-1").focus()
        bar.get_by_role("link", name="See why").click()
        expect(page.locator("#why-title")).to_be_in_viewport()


def test_the_live_region_is_silent_during_a_drag(answered: Page) -> None:
    expect(answered.locator("#announcer")).to_contain_text("Will Purchase")
    answered.evaluate("""() => {
        document.getElementById("announcer").textContent = "";
        window.said = [];
        new MutationObserver(() => said.push(document.getElementById("announcer").textContent))
            .observe(document.getElementById("announcer"), { childList: true });
    }""")
    slider = answered.get_by_role("slider", name="Steps completed")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    answered.mouse.move(box["x"] + 20, y)
    answered.mouse.down()
    for step in range(20):
        answered.mouse.move(box["x"] + 20 + step * 10, y)
        answered.wait_for_timeout(30)
    answered.wait_for_timeout(1000)
    assert answered.evaluate("said") == []
    answered.mouse.up()
    expect(answered.locator("#announcer")).to_contain_text(answered.locator("#chance").inner_text())
    answered.wait_for_timeout(300)
    assert len(answered.evaluate("said")) == 1


def test_a_filled_form_is_forgotten_by_clear(answered: Page) -> None:
    answered.get_by_role("button", name="Clear", exact=True).click()
    expect(answered.locator("#empty")).to_be_visible()
    press_predict(answered)
    expect(answered.locator("#summary li")).to_have_count(len(CONTRACT.features) - 1)
    fill(answered, EXAM_TAKER)
    press_predict(answered)
    expect(answered.locator("#verdict")).to_have_text(YES)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_an_awaited_result_is_in_sight_and_stays_there(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#changes")).to_be_visible()
    expect(page.locator("#legend")).to_be_visible()
    for shown in ("#chance", "#verdict"):
        expect(page.locator(shown)).to_be_in_viewport(ratio=1)


def test_whoever_has_moved_on_is_not_taken_back_to_the_result(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    fill(page, EXAM_TAKER)
    press_predict(page)
    expect(page.locator("#chance")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#changes")).to_be_visible()
    assert page.evaluate("scrollY") == 0
