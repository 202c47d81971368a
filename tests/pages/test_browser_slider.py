"""The sliders: the same value as in the box, dragged or moved by keys, on the service's scale."""

import pytest
from playwright.sync_api import Page, Request, expect

from predict.model.slider_scale import Scale
from predict.model.what_if import slider_values
from tests.customer import API, CONTRACT, EXAM_TAKER, answer, fill, moves_of_a_second, press_predict, slow_down
from tests.engines import sent_by
from tests.factories import contract_365

NUMBERS = [
    feature for contract in (CONTRACT, contract_365()) for feature in contract.features if not feature.is_category
]


@pytest.fixture
def begun(page: Page) -> Page:
    """The form, turned to: what it needs has been fetched."""
    page.locator("#field-6").focus()
    expect(page.locator("#result-actions")).to_have_js_property("hidden", False)
    return page


def test_the_scale_is_that_of_the_service(page: Page) -> None:
    facts = [
        {
            "lowest": feature.seen.minimum,
            "highest": feature.seen.maximum,
            "upperQuartile": feature.seen.upper_quartile,
            "step": feature.step,
        }
        for feature in NUMBERS
    ]
    script = """async (facts) => {
        const { Scale } = await import("/scripts/customer/slider.js");
        const places = [...Array(49).keys()].map((i) => i / 48);
        return facts.map((of) => {
            const values = places.map((place) => new Scale(of).value(place));
            return { values: [...new Set(values)], places: values.map((value) => new Scale(of).place(value)) };
        });
    }"""
    for feature, told in zip(NUMBERS, page.evaluate(script, facts), strict=True):
        # Halves go up here and to the even neighbour there.
        assert told["values"] == pytest.approx(slider_values(feature), abs=feature.step)
        places = [Scale.of(feature).place(value) for value in told["values"]]
        assert sorted(set(told["places"])) == pytest.approx(places)


@pytest.mark.firefox
def test_keys_move_by_one_unit_and_by_ten(begun: Page) -> None:
    page = begun
    slider, box = page.get_by_role("slider", name="Minutes watched"), page.locator("#field-2")
    expect(slider).to_have_attribute("aria-valuetext", "No value yet")
    box.fill("102")
    expect(slider).to_have_attribute("aria-valuetext", "102 minutes")
    slider.focus()
    for key, value in (("ArrowRight", "103"), ("ArrowDown", "102"), ("PageUp", "112"), ("PageDown", "102")):
        page.keyboard.press(key)
        expect(box).to_have_value(value)
    page.keyboard.press("Home")
    expect(box).to_have_value("0")
    page.keyboard.press("ArrowLeft")
    expect(box).to_have_value("0")
    page.keyboard.press("End")
    expect(box).to_have_value(f"{CONTRACT.features[1].seen.maximum:g}")
    for typed, key, value in (("5000", "ArrowRight", "5000"), ("5000", "ArrowLeft", "4999"), ("lots", "PageUp", "10")):
        box.fill(typed)
        slider.press(key)
        expect(box).to_have_value(value)


def test_the_slider_follows_what_is_typed(begun: Page) -> None:
    page = begun
    slider, box = page.get_by_role("slider", name="Minutes watched"), page.locator("#field-2")
    places = []
    for text in ("0", "20", "1,234.5", "9e9", "lots", ""):
        box.fill(text)
        places.append(int(slider.input_value()))
    assert places[0] < places[1] < places[2] == 1000
    assert places[3:] == [0, 0, 0]


def test_the_unit_is_in_the_singular_for_one(begun: Page) -> None:
    slider, unit = begun.get_by_role("slider", name="Exams passed"), begun.locator("#field-4-unit")
    for text, unit_text in (("1", "exam"), ("2", "exams"), ("lots", "exams"), ("1.0", "exam"), ("", "exams")):
        begun.locator("#field-4").fill(text)
        expect(unit).to_have_text(unit_text)
    slider.press("ArrowRight")
    expect(unit).to_have_text("exam")
    expect(slider).to_have_attribute("aria-valuetext", "1 exam")


def test_the_note_says_where_a_value_stands(begun: Page) -> None:
    page = begun
    box, note = page.locator("#field-1"), page.locator("#field-1-note")
    hint = str(note.text_content())
    seen = CONTRACT.features[0].seen
    assert seen.median is not None
    assert seen.upper_quartile is not None
    for value, words in ((seen.upper_quartile + 1, "Top quarter. "), (seen.median, ""), (0, "Lowest quarter. ")):
        box.fill(f"{value:.0f}")
        expect(note).to_have_text(words + hint)


def test_a_drag_asks_seldom_and_ends_with_its_last_value(page: Page) -> None:
    counts = {"asked": 0, "flying": 0, "most": 0}

    def start(request: Request) -> None:
        if "/api/predict" in request.url:
            counts["asked"] += 1
            counts["flying"] += 1
            counts["most"] = max(counts["most"], counts["flying"])

    def end(request: Request) -> None:
        counts["flying"] -= "/api/predict" in request.url

    slow_down(page, 250)
    page.on("request", start)
    page.on("requestfinished", end)
    page.on("requestfailed", end)
    page.route(API, lambda route: route.fulfill(json=answer(sent_by(route.request)["steps"] / 1000)))
    page.clock.install()
    fill(page, EXAM_TAKER | {"field-5": "50"})
    press_predict(page)
    expect(page.locator("#chance")).to_have_text("5%")
    slider = page.get_by_role("slider", name="Steps completed")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    x, y = box["x"] + 30, box["y"] + box["height"] / 2
    counts["asked"] = 0
    page.mouse.move(x, y)
    page.mouse.down()
    for move in moves_of_a_second(page):
        page.mouse.move(x + 3 * move, y)
    page.mouse.up()
    assert page.locator("#field-5").input_value() != "50"
    last = int(page.locator("#field-5").input_value())
    words = page.evaluate("p => import('/scripts/words.js').then(m => m.percentText(p))", last / 1000)
    expect(page.locator("#chance")).to_have_text(words)
    page.wait_for_timeout(1200)
    expect(page.locator("#chance")).to_have_text(words)
    assert counts["most"] == 1
    assert 2 <= counts["asked"] <= 10


def test_keys_move_a_number_from_where_it_is_however_it_was_typed(page: Page) -> None:
    box = page.get_by_role("textbox", name="Minutes watched")
    slider = page.get_by_role("slider", name="Minutes watched")
    for typed, key, number in (
        ("1'234", "ArrowLeft", "1233"),
        ("12,5", "ArrowRight", "13.5"),
        ("1 234", "PageDown", "1224"),
    ):
        box.fill("")
        expect(slider).to_have_attribute("aria-valuetext", "No value yet")
        box.fill(typed)
        expect(slider).not_to_have_attribute("aria-valuetext", "No value yet")
        slider.press(key)
        expect(box).to_have_value(number)
