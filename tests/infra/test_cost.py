"""The cost table: each figure worked out a second time, by hand."""

from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cost import Prices, Sizes, main, monthly_bill, read_sizes
from tests.servers import ROOT

DEV, PROD = (read_sizes(ROOT / "infra" / f"{stage}.env") for stage in ("dev", "prod"))
PRICES = Prices()
MONTH_SECONDS = 730 * 3600
volumes = st.integers(0, 10**9)


def test_page_is_fresh():
    assert main(["--check"]) == 0, "run `python -m infra.cost`"


def test_stale_page_is_found_and_written_again(tmp_path, capsys):
    page = tmp_path / "cost.md"
    page.write_text("<!-- region:cost -->\n| old |\n<!-- /region:cost -->\n")
    assert main(["--check", "--page", str(page)]) == 1
    assert "is stale" in capsys.readouterr().err
    assert main(["--page", str(page)]) == 0
    assert main(["--check", "--page", str(page)]) == 0


def test_sizes_are_read_from_the_files_that_are_deployed():
    assert Sizes(always_ready=0, daily_log_cap_gb=1, test_locations=0) == DEV
    assert Sizes(always_ready=1, daily_log_cap_gb=2, test_locations=3) == PROD


def test_idle_dev_pays_its_two_alert_rules():
    assert monthly_bill(0, DEV, PRICES).total == pytest.approx(2 * 0.50)


def test_ten_thousand_are_within_the_free_grants():
    """10,000 calls x 1 s x 2 GB = 20,000 GB s of 100,000 free ones."""
    assert monthly_bill(10_000, DEV, PRICES).total == monthly_bill(0, DEV, PRICES).total


def test_a_million_spread_calls_in_dev():
    """(2,000,000 - 100,000) GB s x 0.000026 and 0.75 million calls x 0.40; 3 GB of logs are free."""
    bill = monthly_bill(1_000_000, DEV, PRICES)
    assert bill.compute == pytest.approx(49.40)
    assert bill.calls == pytest.approx(0.30)
    assert bill.logs == 0


def test_a_hundred_million_keep_one_instance_active_and_fill_the_log_cap():
    bill = monthly_bill(100_000_000, DEV, PRICES)
    assert bill.compute == pytest.approx((2 * MONTH_SECONDS - 100_000) * 0.000026)
    assert bill.calls == pytest.approx(99.75 * 0.40)
    assert bill.logs == pytest.approx((30 - 5) * 2.30)


def test_prod_pays_its_ready_instance_and_its_tests():
    tests = 3 * 4 * 730
    bill = monthly_bill(0, PROD, PRICES)
    assert bill.compute == pytest.approx(2 * MONTH_SECONDS * 0.000004 + tests * 2 * 0.000016)
    assert bill.watching == pytest.approx(2 * 0.50 + tests * 0.0006)


@given(volumes, volumes, st.sampled_from([DEV, PROD]))
def test_more_calls_never_cost_less(a, b, sizes):
    few, many = sorted((a, b))
    assert monthly_bill(few, sizes, PRICES).total <= monthly_bill(many, sizes, PRICES).total


@given(volumes, st.integers(0, 5), st.integers(1, 10), st.integers(0, 5))
def test_logs_stop_at_their_cap(calls, always_ready, cap, locations):
    bill = monthly_bill(calls, Sizes(always_ready, cap, locations), PRICES)
    assert 0 <= bill.logs <= cap * 30 * PRICES.log_gb


@given(volumes)
def test_without_grants_nothing_is_cheaper(calls):
    charged = replace(PRICES, free_calls=0, free_gb_seconds=0, free_log_gb=0)
    assert monthly_bill(calls, DEV, charged).total >= monthly_bill(calls, DEV, PRICES).total
