"""What a heading says of its column: a name, a label, a unit, and whether a person could act on it. Guesses all."""

import re
import unicodedata
from collections.abc import Collection

__all__ = [
    "ends_as_code",
    "is_about",
    "is_act",
    "is_code",
    "is_id",
    "is_target",
    "is_weight",
    "label_of",
    "may_act",
    "name_of",
    "unit_of",
    "words_of",
]

# Of capitals (A), small letters (a) and digits (0). "V1" and "KPIs" are one name, "Q1Sales" two words.
_WORD = re.compile("AA+a(?!a)0*|A+(?!a)0*|A?a+0*|0+")
_UNITS = {
    **dict.fromkeys(("years", "yrs"), "years"),
    **dict.fromkeys(("months",), "months"),
    **dict.fromkeys(("weeks",), "weeks"),
    **dict.fromkeys(("days",), "days"),
    **dict.fromkeys(("hours", "hrs"), "hours"),
    **dict.fromkeys(("minutes", "mins", "min"), "min"),
    **dict.fromkeys(("seconds", "secs"), "s"),
    **dict.fromkeys(("percent", "percentage", "pct"), "%"),
    **dict.fromkeys(("km", "kilometers", "kilometres"), "km"),
}
# Where the heading names no unit; a tenure of at most 12 may as well be years.
_USUAL_UNITS = {"age": "years", "tenure": "months", "duration": "s"}
_MOST_YEARS = 12
# Units as people write them in brackets at the end, beside those above.
_BRACKETED = frozenset(
    (
        *("%", "€", "$", "£", "eur", "usd", "gbp", "chf", "h", "s", "sec", "m", "cm", "kg", "g", "l"),
        *("jahre", "monate", "wochen", "tage", "stunden", "minuten", "ans", "mois", "jours", "heures"),
    )
)
_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]")
_IDS = frozenset(("id", "ids", "uuid", "guid", "key", "number", "no", "nr", "index", "row", "email", "phone", "name"))
_CODES = frozenset(
    (
        *("code", "codes", "type", "types", "region", "browser", "system", "systems", "category", "class", "segment"),
        *("zip", "postcode", "channel", "source"),
    )
)
# At a heading's end these leave no doubt, however many codes there are.
_CODES_AT_THE_END = ("code", "codes", "zip", "postcode", "postalcode", "zipcode", "plz")
_WEIGHTS = frozenset(("fnlwgt", "sampleweight", "samplingweight", "surveyweight", "pweight"))
_TARGETS = (
    *("target", "label", "y", "output", "outcome", "response", "answer", "purchased", "purchase", "purchasestatus"),
    *("bought", "buy", "revenue", "converted", "conversion", "subscribed", "churn", "churned", "exited", "attrition"),
    *("default", "defaultpaymentnextmonth", "salary", "income", "class", "deposit", "renewed", "status"),
    *("loanstatus", "creditrisk", "canceled", "cancelled", "defaulted", "fraud", "left"),
    *("kündigung", "gekündigt", "kauf", "gekauft"),
)
# What customers do, that as a thing, and who does it.
_CHURN = ("churn", "churn", "churner")
_BUY = ("purchase", "a purchase", "buyer")
_ACTS = {
    **dict.fromkeys(("canceled", "cancelled"), ("cancel", "a cancellation", "canceller")),
    **dict.fromkeys(("churn", "churned", "exited", "attrition"), _CHURN),
    **dict.fromkeys(("purchase", "purchased", "bought", "buy", "revenue", "converted", "conversion"), _BUY),
    **dict.fromkeys(("subscribed", "deposit"), ("subscribe", "a subscription", "subscriber")),
    "default": ("default", "default", "defaulter"),
    "renewed": ("renew", "a renewal", "renewer"),
}
# What a person is, or what has happened, nobody changes by a call.
_GIVEN = frozenset(
    (
        *("age", "gender", "sex", "race", "ethnicity", "citizen", "senior", "native", "country", "region", "state"),
        *("city", "zip", "postcode", "birth", "marital", "married", "partner", "dependents", "children", "family"),
        *("relationship", "education", "occupation", "workclass", "income", "salary", "tenure", "month", "weekday"),
        *("kids", "kidhome", "teenhome", "adults", "babies", "geography", "location", "latitude", "longitude"),
        *("weekend", "day", "days", "date", "year", "week", "time", "browser", "system", "systems", "operating"),
        *("traffic", "visitor", "special", "gain", "loss", "since", "history", "previous"),
    )
)


def name_of(heading: str, taken: Collection[str]) -> str:
    """Return a name for the model's input: lower-case letters, digits and underscores, and not taken."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    name = "_".join(word.lower() for word in _names(plain))[:56] or "column"
    name = name if name[0].isalpha() else f"column_{name}"
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def label_of(heading: str) -> str:
    """Return the heading as a person would write it, without a unit.

    "MonthlyCharges" becomes "Monthly charges", "tenure_in_months" "Tenure".
    """
    heading, _ = _without_unit(heading)
    words = _names(heading)
    if not words:
        return heading
    if _unit_behind_in(heading):
        words = words[:-2]
    first, *rest = words
    lower = [word if len(word) > 1 and word[:2].isupper() else word.lower() for word in rest]
    return " ".join([first[0].upper() + first[1:], *lower])


def unit_of(heading: str, largest: float) -> str:
    """Return the unit that the heading tells of a column whose largest number is known, or ""."""
    heading, unit = _without_unit(heading)
    words = _words(heading)
    told = [_UNITS[word] for word in reversed(words) if word in _UNITS]
    guessed = [_USUAL_UNITS[word] for word in words if word in _USUAL_UNITS]
    if largest <= _MOST_YEARS and "months" in guessed:
        guessed = []
    return unit or _unit_behind_in(heading) or next(iter(told + guessed), "")


def is_id(heading: str) -> bool:
    """Return whether the heading names what tells customers apart."""
    return bool(_IDS & set(_words(heading)))


def is_code(heading: str) -> bool:
    """Return whether numbers below the heading are likely names of something: types, regions, browsers."""
    return bool(_CODES & set(_words(heading)))


def ends_as_code(heading: str) -> bool:
    """Return whether numbers below the heading are names of something for certain: postal codes, product codes."""
    *_, last = ["", *_words(heading)]
    return last in _CODES_AT_THE_END


def is_weight(heading: str) -> bool:
    """Return whether the heading names the weight of a row in a survey."""
    return "".join(_words(heading)) in _WEIGHTS


def is_about(heading: str, other: str) -> bool:
    """Return whether a heading is another with one more word behind: the date, or the reason, of what that says."""
    return [name.lower() for name in _names(heading)][:-1] == [name.lower() for name in _names(other)]


def is_target(heading: str) -> bool:
    """Return whether the heading is one that answers often have."""
    return "".join(_words(heading)).removeprefix("is") in _TARGETS


def words_of(heading: str, positive: str) -> tuple[str, str, str]:
    """Return verb, noun and person of an answer, `positive` being a value that says more than yes, or ""."""
    for word in _words(heading):
        if word in _ACTS:
            return _ACTS[word]
    label = label_of(heading)
    about = label if label.isupper() else label[:1].lower() + label[1:]
    if positive:
        return f'have "{positive}" as {about}', f'"{positive}" as {about}', "positive"
    # In quotes it stands in any sentence: the chance of “Stayed on”.
    return "answer yes", f"“{label}”", "positive"


def is_act(heading: str) -> bool:
    """Return whether the heading names something that customers do."""
    return any(word in _ACTS for word in _words(heading))


def may_act(heading: str) -> bool:
    """Return whether a person could change what the column says."""
    return not _GIVEN & set(_words(heading))


def _without_unit(heading: str) -> tuple[str, str]:
    """Return the heading and the unit that stands in brackets at its end: "Price (EUR)"."""
    found = _BRACKETS.fullmatch(heading.strip())
    if found and (found[2].casefold() in _UNITS or found[2].casefold() in _BRACKETED):
        return found[1], found[2]
    return heading, ""


def _unit_behind_in(heading: str) -> str:
    """Return the unit of "duration_in_months", or of "duration_in_month"; a month by itself is one of twelve."""
    match _words(heading):
        case [_, *_, "in", unit]:
            return _UNITS.get(unit) or _UNITS.get(f"{unit}s") or (_names(heading)[-1] if unit in _BRACKETED else "")
    return ""


def _words(heading: str) -> list[str]:
    """Return the words in small letters, without digits at their ends."""
    return [word.rstrip("0123456789").lower() or word for word in _names(heading)]


def _names(heading: str) -> list[str]:
    text = unicodedata.normalize("NFC", heading)
    shape = "".join(map(_shape, text))
    return [text[match.start() : match.end()] for match in _WORD.finditer(shape)]


def _shape(character: str) -> str:
    if character.isupper():
        return "A"
    if character.isalpha() or character in "'’":
        return "a"
    return "0" if character.isdecimal() else " "
