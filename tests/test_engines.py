"""A browser's context: what one test leaves behind does not fail the next one."""

import socket

from playwright.sync_api import Browser, Route

from tests.engines import new_context


def test_a_route_that_still_fetches_does_not_fail_the_next_test(browser: Browser) -> None:
    fetched: list[str] = []

    def fetch(route: Route) -> None:
        fetched.append(route.request.url)
        route.fulfill(response=route.fetch())

    with socket.create_server(("127.0.0.1", 0)) as silent:
        with new_context(browser) as context:
            page = context.new_page()
            page.route("**/*", fetch)
            page.evaluate(f"void fetch('http://127.0.0.1:{silent.getsockname()[1]}/')")
            while not fetched:
                page.wait_for_timeout(10)
        with new_context(browser) as context:
            context.new_page()
