"""What a heading says of its column: a name, a label, a unit, and whether a person could act on it. Guesses all."""

import re
import unicodedata
from collections.abc import Collection

__all__ = [
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

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_UNITS = {
    "age": "years",
    "tenure": "months",
    **dict.fromkeys(("years", "yrs"), "years"),
    **dict.fromkeys(("months",), "months"),
    **dict.fromkeys(("days", "day"), "days"),
    **dict.fromkeys(("hours", "hrs"), "hours"),
    **dict.fromkeys(("minutes", "mins", "min"), "min"),
    **dict.fromkeys(("seconds", "secs", "duration"), "s"),
    **dict.fromkeys(("percent", "percentage", "pct"), "%"),
    **dict.fromkeys(("km", "kilometers", "kilometres"), "km"),
}
_IDS = frozenset(("id", "ids", "uuid", "guid", "key", "number", "no", "nr", "index", "row", "email", "phone", "name"))
_CODES = frozenset(
    (
        *("code", "codes", "type", "types", "region", "browser", "system", "systems", "category", "class", "segment"),
        *("zip", "postcode", "channel", "source"),
    )
)
_WEIGHTS = frozenset(("fnlwgt", "sampleweight", "samplingweight", "surveyweight", "pweight"))
_TARGETS = (
    *("target", "label", "y", "outcome", "response", "answer", "purchased", "purchase", "purchasestatus", "bought"),
    *("buy", "revenue", "converted", "conversion", "subscribed", "churn", "churned", "exited", "attrition", "default"),
    *("defaultpaymentnextmonth", "salary", "income", "class", "deposit", "renewed", "status"),
)
# What customers do, that as a thing, and who does it.
_CHURN = ("churn", "churn", "churner")
_BUY = ("purchase", "a purchase", "buyer")
_ACTS = {
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
        *("relationship", "education", "occupation", "workclass", "income", "tenure", "month", "weekday", "weekend"),
        *("day", "days", "date", "year", "week", "time", "browser", "system", "systems", "operating", "traffic"),
        *("visitor", "special", "gain", "loss", "since", "history", "previous"),
    )
)


def name_of(heading: str, taken: Collection[str]) -> str:
    """Return a name for the model's input: lower-case letters, digits and underscores, and not taken."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    name = "_".join(word.lower() for word in _WORD.findall(plain))[:56] or "column"
    name = name if name[0].isalpha() else f"column_{name}"
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def label_of(heading: str) -> str:
    """Return the heading as a person would write it: "MonthlyCharges" as "Monthly charges"."""
    words = _WORD.findall(heading)
    if not words:
        return heading
    first, *rest = words
    lower = [word if word.isupper() and len(word) > 1 else word.lower() for word in rest]
    return " ".join([first[0].upper() + first[1:], *lower])


def unit_of(heading: str) -> str:
    """Return the unit that a word of the heading tells, or ""."""
    return next((_UNITS[word] for word in reversed(_words(heading)) if word in _UNITS), "")


def is_id(heading: str) -> bool:
    """Return whether the heading names what tells customers apart."""
    return bool(_IDS & set(_words(heading)))


def is_code(heading: str) -> bool:
    """Return whether numbers below the heading are likely names of something: types, regions, browsers."""
    return bool(_CODES & set(_words(heading)))


def is_weight(heading: str) -> bool:
    """Return whether the heading names the weight of a row in a survey."""
    return "".join(_words(heading)) in _WEIGHTS


def is_target(heading: str) -> bool:
    """Return whether the heading is one that answers often have."""
    return "".join(_words(heading)) in _TARGETS


def words_of(heading: str, positive: str) -> tuple[str, str, str]:
    """Return verb, noun and person of an answer, `positive` being a value that says more than yes, or ""."""
    for word in _words(heading):
        if word in _ACTS:
            return _ACTS[word]
    if positive:
        about = f"{label_of(heading).lower()} {positive}"
        return f"have {about}", about, "positive"
    return "answer yes", "a yes", "positive"


def is_act(heading: str) -> bool:
    """Return whether the heading names something that customers do."""
    return any(word in _ACTS for word in _words(heading))


def may_act(heading: str) -> bool:
    """Return whether a person could change what the column says."""
    return not _GIVEN & set(_words(heading))


def _words(heading: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(heading)]
