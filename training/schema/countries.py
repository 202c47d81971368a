"""The countries: their ISO 3166-1 codes and English names, from CLDR through Babel."""

import re
import unicodedata

from babel import Locale

__all__ = ["country_names"]

# What CLDR lists beside countries: unions, pseudo-locales, "unknown", and codes exceptionally reserved for islands.
# XK stays: it is not ISO's, but Kosovo's customers are in real files under it.
_NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))


def country_names() -> dict[str, str]:
    """Return each country's name by its two-letter code, in the order of the names."""
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in names if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_COUNTRIES]
    # "Åland Islands" belongs among the A's, not behind Zimbabwe.
    return {code: names[code] for code in sorted(codes, key=lambda code: _without_marks(names[code]))}


def _without_marks(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
