"""Countries are found by every name that ISO gives them and by the usual others, and none by another's."""

import pycountry
import pytest

from predict.contract import Feature
from predict.requests.category import read_category
from training.schema.countries import country_names, other_country_names

COUNTRY = Feature("country", "Country", "category", values=country_names(), names=other_country_names())


@pytest.mark.parametrize("country", list(pycountry.countries), ids=lambda country: country.alpha_2)
def test_every_code_and_name_of_iso_is_its_country(country):
    names = {country.alpha_2, country.alpha_3, country.name, COUNTRY.values[country.alpha_2]}
    names |= {getattr(country, kind) for kind in ("official_name", "common_name") if hasattr(country, kind)}
    for name in names - {"Congo"}:
        assert {read_category(COUNTRY, text) for text in (name, name.upper(), f" {name.lower()} ")} == {country.alpha_2}


@pytest.mark.parametrize(
    "name",
    ["Congo", "the Congo", "Korea", "New Guinea", "Virgin Islands", "Saint Martin and", "N/A", "none", "America South"],
)
def test_what_could_be_two_countries_or_is_none_is_refused(name):
    assert read_category(COUNTRY, name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("USA", "US"), ("UK", "GB"), ("South Korea", "KR"), ("North Korea", "KP"), ("Ivory Coast", "CI")),
        *(("The Netherlands", "NL"), ("Holland", "NL"), ("Czech Republic", "CZ"), ("Burma", "MM"), ("Guinea", "GN")),
        *(("Turkey", "TR"), ("Cape Verde", "CV"), ("St Lucia", "LC"), ("Saint Lucia", "LC"), ("Macau", "MO")),
        ("Democratic Republic of the Congo", "CD"),
        ("Republic of the Congo", "CG"),
        *(("Korea, South", "KR"), ("Korea (Republic of)", "KR"), ("Korea (Democratic People's Republic of)", "KP")),
        *(("Congo (Kinshasa)", "CD"), ("Congo, Dem. Rep.", "CD"), ("Congo, Rep.", "CG"), ("Lao PDR", "LA")),
        *(("Iran (Islamic Republic of)", "IR"), ("Bolivia, Plurinational State of", "BO"), ("Bahamas, The", "BS")),
        *(("Netherlands (Kingdom of the)", "NL"), ("US Virgin Islands", "VI"), ("Hong Kong SAR", "HK")),
        *(("Egypt, Arab Rep.", "EG"), ("Venezuela, RB", "VE"), ("Yemen, Rep.", "YE"), ("Hong Kong, China", "HK")),
        *(("St. Vincent and the Grenadines", "VC"), ("St Kitts", "KN"), ("Central African Rep.", "CF")),
        *(("Dem. Rep. of the Congo", "CD"), ("S. Sudan", "SS"), ("Solomon Is.", "SB"), ("Korea (South)", "KR")),
        *(("Brasil", "BR"), ("Österreich", "AT"), ("Oesterreich", None), ("Belgique", "BE"), ("日本", "JP")),
        *(("Schweiz", "CH"), ("Suisse", "CH"), ("Ελλάδα", "GR"), ("Åland", "AX"), ("FYROM", "MK")),
    ],
)
def test_the_usual_names_are_known(name, code):
    assert read_category(COUNTRY, name) == code
