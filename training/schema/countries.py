"""The countries: their ISO 3166-1 codes, and the names that people write, from CLDR (Babel) and ISO (pycountry)."""

import re
from collections import Counter
from collections.abc import Iterator

import pycountry
from babel import Locale

from predict.text import fold

__all__ = ["country_names", "other_country_names"]

# What CLDR lists beside countries: unions, pseudo-locales, "unknown", and codes exceptionally reserved for islands.
# XK stays: it is not ISO's, but Kosovo's customers are in real files under it.
_NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))
# Usual names that neither source has: short ones, former ones, and some countries' own.
_USUAL = {
    "AE": ("UAE", "U.A.E.", "Emirates"),
    "BA": ("Bosnia", "Bosnia-Herzegovina"),
    "CD": (
        "DRC",
        "DR Congo",
        "Democratic Republic of the Congo",
        "Democratic Republic of Congo",
        "Congo (Kinshasa)",
        "Congo, Dem. Rep.",
        "Zaire",
    ),
    "CG": ("Republic of Congo", "Congo (Brazzaville)", "Congo, Rep."),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "Mainland China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "FI": ("Suomi",),
    "FK": ("Falklands",),
    "FM": ("Micronesia",),
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GM": ("The Gambia", "Gambia, The"),
    "BS": ("The Bahamas", "Bahamas, The"),
    "HK": ("Hong Kong SAR",),
    "HU": ("Magyarország",),
    "IE": ("Republic of Ireland", "Éire"),
    "IT": ("Italia",),
    "JP": ("Nippon",),
    "KP": ("DPRK", "Korea, North", "Korea, Dem. People's Rep.", "Democratic People's Republic of Korea"),
    "KR": ("Republic of Korea", "Korea, South", "Korea, Rep."),
    "LA": ("Lao", "Lao PDR"),
    "MK": ("Macedonia",),
    "MO": ("Macau",),
    "MM": ("Burma", "Myanmar"),
    "NL": ("The Netherlands", "Netherlands (Kingdom of the)", "Holland", "Nederland"),
    "NO": ("Norge",),
    "PH": ("The Philippines",),
    "PL": ("Polska",),
    "PS": ("Palestine",),
    "RU": ("Russia",),
    "SE": ("Sverige",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "TW": ("Taiwan",),
    "US": (
        "U.S.",
        "U.S.A.",
        "America",
        "The United States",
        "The United States of America",
        "United States of America",
    ),
    "VA": ("Vatican", "Vatican City State", "Holy See"),
    "VI": ("US Virgin Islands",),
    "VN": ("Vietnam",),
}
_KINDS_OF_NAME = ("name", "official_name", "common_name")
# Parts of names that several countries share are nobody's.
_SHARED = frozenset(map(fold, ("Congo", "The Congo", "Korea", "Saint Martin", "Virgin Islands")))


def country_names() -> dict[str, str]:
    """Return each country's name by its two-letter code, in the order of the names."""
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in names if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_COUNTRIES]
    # "Åland Islands" belongs among the A's, not behind Zimbabwe.
    return {code: names[code] for code in sorted(codes, key=lambda code: fold(names[code]))}


def other_country_names() -> dict[str, tuple[str, ...]]:
    """Return what else people write for a country, by its two-letter code: ISO's names and codes, and usual ones.

    What folding makes of code and name anyway is left out, and so is what two countries share.
    """
    names = country_names()
    candidates = {code: {fold(name): name for name in _candidates(code)} for code in names}
    count = Counter(folded for texts in candidates.values() for folded in texts)
    own = {fold(text): code for code, name in names.items() for text in (code, name)}
    others = {
        code: tuple(name for folded, name in texts.items() if count[folded] == 1 and folded not in {*own, *_SHARED})
        for code, texts in candidates.items()
    }
    return {code: texts for code, texts in others.items() if texts}


def _candidates(code: str) -> Iterator[str]:
    if country := pycountry.countries.get(alpha_2=code):
        yield country.alpha_3
        for name in filter(None, (getattr(country, kind, "") for kind in _KINDS_OF_NAME)):
            yield name
            # "Korea, Republic of" is written "Korea (Republic of)" and the other way round, too.
            if match := re.fullmatch(r"(.+?)(?:, | \()([^)]+?)\)?", name):
                yield from (f"{match[2]} {match[1]}", f"{match[1]} ({match[2]})", f"{match[1]}, {match[2]}")
            if name.startswith("the "):
                yield name.removeprefix("the ")
    elif code == "XK":
        yield from ("XKX", "Republic of Kosovo")
    yield from _USUAL.get(code, ())
