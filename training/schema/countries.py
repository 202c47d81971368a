"""The countries: their ISO 3166-1 codes, and the names that people write, from CLDR (Babel) and ISO (pycountry)."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pycountry
from babel import Locale, localedata
from babel.languages import get_official_languages

from predict.text import fold

__all__ = ["country_names", "other_country_names"]

# What CLDR lists beside countries: unions, pseudo-locales, "unknown", and codes exceptionally reserved for islands.
# XK stays: it is not ISO's, but Kosovo's customers are in real files under it.
_NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))
# Usual names that no source has: short ones, former ones, and those of the World Bank's and the UN's tables.
_USUAL = {
    "AE": ("UAE", "U.A.E.", "Emirates"),
    "AG": ("Antigua",),
    "BA": ("Bosnia", "Bosnia-Herzegovina"),
    "BL": ("St. Barths",),
    "BQ": ("Bonaire",),
    "BS": ("Bahamas, The",),
    "CC": ("Cocos Islands", "Keeling Islands"),
    "CD": (
        "DRC",
        "DR Congo",
        "Dem. Rep. Congo",
        "Democratic Republic of Congo",
        "Congo, Democratic Republic of the",
        "Congo (Kinshasa)",
        "Congo, Dem. Rep.",
        "Zaire",
    ),
    "CG": ("Congo, Republic of", "Congo Republic", "Congo (Brazzaville)", "Congo, Rep."),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "P.R. China", "China, PR", "Mainland China", "China (Mainland)"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "EG": ("Egypt, Arab Rep.",),
    "FK": ("Falklands",),
    "FM": ("Micronesia", "Micronesia, Fed. Sts."),
    "FO": ("Faeroe Islands", "Faroes"),
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GM": ("Gambia, The",),
    "HK": ("Hong Kong SAR", "Hong Kong, China", "Hongkong"),
    "IE": ("Ireland, Republic of",),
    "IR": ("Iran, Islamic Rep.",),
    "JP": ("Nippon",),
    "KN": ("Saint Kitts",),
    "KP": ("DPRK", "Korea, North", "Korea, DPR", "Korea, Dem. People's Rep.", "Democratic People's Republic of Korea"),
    "KR": ("Korea, South", "Korea Republic", "Korea, Rep."),
    "LA": ("Lao", "Lao PDR"),
    "LY": ("Libyan Arab Jamahiriya",),
    "MK": ("Macedonia", "Macedonia, FYR", "FYROM", "Republic of Macedonia"),
    "MM": ("Burma", "Myanmar"),
    "MO": ("Macau", "Macau SAR", "Macao, China"),
    "NL": ("Netherlands, The", "Netherlands (Kingdom of the)", "Holland"),
    "PH": ("The Philippines",),
    "PS": ("Palestine", "Palestinian Territory", "Palestinian Territory, Occupied", "West Bank and Gaza"),
    "RU": ("Russia",),
    "SA": ("KSA",),
    "SH": ("Saint Helena",),
    "ST": ("São Tomé",),
    "SX": ("Saint Maarten",),
    "SZ": ("Swaziland",),
    "TC": ("Turks and Caicos",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "TT": ("Trinidad",),
    "TW": ("Taiwan", "Taiwan, China", "Taiwan (ROC)", "Chinese Taipei"),
    "UM": ("US Minor Outlying Islands",),
    "US": ("U.S.", "U.S.A.", "America", "The United States", "The United States of America"),
    "VA": ("Vatican", "Vatican City State", "Holy See"),
    "VC": ("Saint Vincent",),
    "VE": ("Venezuela, RB",),
    "VI": ("US Virgin Islands",),
    "VN": ("Vietnam",),
    "WF": ("Wallis and Futuna Islands",),
    "WS": ("Western Samoa",),
    "YE": ("Yemen, Rep.",),
}
_SHORT = {
    "Republic": "Rep.",
    "Democratic": "Dem.",
    "Islands": "Is.",
    "Saint": "St.",
    "North": "N.",
    "South": "S.",
    "Western": "W.",
    "Equatorial": "Eq.",
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


@cache
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
    """Yield a country's names, and each of them as it is written otherwise."""
    for name in chain.from_iterable(map(_turned, _names(code))):
        yield name
        yield re.sub("|".join(_SHORT), lambda word: _SHORT[word[0]], name)


def _turned(name: str) -> Iterator[str]:
    """Yield a name, and what it may begin with moved to its end: "Korea, Republic of", "Korea (Republic of)"."""
    yield name
    if match := re.fullmatch(r"(.+?)(?:, | \()([^)]+?)\)?", name):
        yield from (f"{match[2]} {match[1]}", f"{match[1]} ({match[2]})", f"{match[1]}, {match[2]}")
    if name.startswith("the "):
        yield name.removeprefix("the ")


def _names(code: str) -> Iterator[str]:
    """Yield a country's names: ISO's, those in its own official languages, and usual ones."""
    if country := pycountry.countries.get(alpha_2=code):
        yield country.alpha_3
        yield from filter(None, (getattr(country, kind, "") for kind in _KINDS_OF_NAME))
    elif code == "XK":
        yield from ("XKX", "Republic of Kosovo")
    for language in filter(localedata.exists, get_official_languages(code)):
        yield from filter(None, (Locale.parse(language).territories.get(code),))
    yield from _USUAL.get(code, ())
