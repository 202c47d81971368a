"""What a heading says: a name, a label, a unit."""

import pytest

from training.schema.heading_words import label_of, may_act, name_of, unit_of


@pytest.mark.parametrize(
    ("heading", "name", "label", "unit"),
    [
        ("Kündigung", "kundigung", "Kündigung", ""),
        ("Nombre d’achats", "nombre_dachats", "Nombre d’achats", ""),
        ("V1", "v1", "V1", ""),
        ("PAY_AMT1", "pay_amt1", "PAY AMT1", ""),
        ("Q1Sales", "q1_sales", "Q1 sales", ""),
        ("KPIs_met >80%", "kpis_met_80", "KPIs met 80", ""),
        ("SmartTVsBought", "smart_tvs_bought", "Smart TVs bought", ""),
        ("Umsatz (EUR)", "umsatz_eur", "Umsatz", "EUR"),
        ("Price [€]", "price", "Price", "€"),
        ("Age (years)", "age_years", "Age", "years"),
        ("Contacts (last)", "contacts_last", "Contacts last", ""),
        ("duration_in_month", "duration_in_month", "Duration", "months"),
        ("Tenure in months", "tenure_in_months", "Tenure", "months"),
        ("Weight in kg", "weight_in_kg", "Weight", "kg"),
        ("income_in_USD", "income_in_usd", "Income", "USD"),
        ("Interest in cars", "interest_in_cars", "Interest in cars", ""),
        ("Age in company", "age_in_company", "Age in company", "years"),
        ("Duration", "duration", "Duration", "s"),
        ("month", "month", "Month", ""),
        ("Day", "day", "Day", ""),
    ],
)
def test_a_heading_becomes_a_name_a_label_and_a_unit(heading, name, label, unit):
    assert (name_of(heading, ()), label_of(heading), unit_of(heading, 72)) == (name, label, unit)


def test_a_tenure_of_few_may_be_years_unless_its_heading_says_months():
    assert [unit_of("Tenure", 72), unit_of("Tenure", 10), unit_of("Tenure in months", 10)] == ["months", "", "months"]


@pytest.mark.parametrize("heading", ["EstimatedSalary", "Geography", "Latitude", "Kidhome", "adults"])
def test_what_a_person_is_nobody_acts_on(heading):
    assert not may_act(heading)
