"""Metadata made by hand, for tests that need no trained model.

Two businesses: the sample's columns, and those of the public 365 file. Whatever works for one and not for the other
knows a column's name that it should not know.
"""

from copy import replace

from predict.contract import OTHER, Contract, Example, Feature, Seen, Target
from predict.model.metadata import (
    CalibrationBin,
    CurvePoint,
    Evaluation,
    Metadata,
    Provenance,
    SelfTest,
)
from training.schema.features import BOOLEAN_NAMES

__all__ = [
    "COUNTRIES",
    "contract_365",
    "kinds_contract",
    "metadata_for",
    "optional_contract",
    "sample_contract",
    "sample_metadata",
]

# "CI" has a letter and a mark outside ASCII, "NA" looks like a missing value, "GB" and "NL" have other names.
COUNTRIES = {
    "AF": "Afghanistan",
    "AU": "Australia",
    "AT": "Austria",
    "BR": "Brazil",
    "CA": "Canada",
    "CI": "Côte d’Ivoire",
    "EG": "Egypt",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GH": "Ghana",
    "IN": "India",
    "ID": "Indonesia",
    "IE": "Ireland",
    "JP": "Japan",
    "KE": "Kenya",
    "MX": "Mexico",
    "NA": "Namibia",
    "NL": "Netherlands",
    "NG": "Nigeria",
    "PK": "Pakistan",
    "PL": "Poland",
    "PT": "Portugal",
    "SG": "Singapore",
    "ZA": "South Africa",
    "ES": "Spain",
    "CH": "Switzerland",
    "TR": "Türkiye",
    "UA": "Ukraine",
    "AE": "United Arab Emirates",
    "GB": "United Kingdom",
    "US": "United States",
}
_OTHER_NAMES = {"CI": ("Ivory Coast",), "GB": ("GBR", "UK"), "NL": ("NLD", "Holland"), "US": ("USA",)}
# Lowest, lower quartile, median, upper quartile, highest.
type Quartiles = tuple[float, float, float, float, float]
# Rows by country, most frequent first; "" counts the rows without one, "KE" is rare, and "AF" was never seen.
_COUNTS = {"US": 4210, "IN": 2960, "GB": 1240, "": 190, "DE": 820, "NG": 510, "BR": 300, "NL": 120, "NA": 31, "KE": 2}


def sample_contract() -> Contract:
    """Return a contract with features like the sample's."""
    return Contract(
        name="customer-purchase",
        version="1.0.0",
        estimator="HistGradientBoostingClassifier",
        features=(
            _integer("days_on_platform", "Days on platform", "days", 3650, (0, 3, 28, 121, 363), actionable=False),
            _number("minutes_watched", "Minutes watched", "minutes", 525600, (0, 2, 21, 96, 4220)),
            _integer("courses_started", "Courses started", "courses", 1000, (0, 1, 2, 3, 44)),
            _integer("exams_passed", "Exams passed", "exams", 1000, (0, 0, 0, 1, 26)),
            _integer("steps", "Steps completed", "steps", 100000, (0, 2, 17, 74, 1460)),
            _country("student_country", "Country"),
        ),
        target=Target("purchased", "Will Purchase", "Will Not Purchase"),
        threshold=0.3,
        threshold_rule="Best F1 on out-of-fold probabilities.",
        base_rate=0.09,
        examples=(
            Example("New", (2, 14.0, 1, 0, 1, "US")),
            Example("Steady", (34, 214.5, 3, 1, 160, "GB")),
            Example("Exam-taker", (21, 612.0, 4, 6, 420, "US")),
            Example("Gone quiet", (300, 40.0, 2, 0, 5, "IN")),
        ),
    )


def optional_contract() -> Contract:
    """Return the sample's contract with two numbers that may be not known; "?" says so, too."""
    contract = sample_contract()
    optional = ("minutes_watched", "exams_passed")
    features = (replace(f, optional=True, missing=("?",)) if f.name in optional else f for f in contract.features)
    return replace(contract, name="optional", features=tuple(features))


def kinds_contract() -> Contract:
    """Return a contract with every kind of input: also dates, yes or no, and a category that knows others."""
    contract = optional_contract()
    *numbers, country = contract.features
    others = replace(country, optional=False, other=True, values=country.values | {OTHER: "Other"})
    newsletter = Feature(
        "newsletter", "Newsletter", "category", values={"yes": "Yes", "no": "No"}, names=dict(BOOLEAN_NAMES)
    )
    joined = Feature(
        *("joined", "Joined", "integer", "days before 2024-03-01"),
        minimum=-36500,
        maximum=36500,
        reference="2024-03-01",
    )
    examples = tuple(replace(example, values=(*example.values, 30, "yes")) for example in contract.examples)
    return replace(contract, features=(*numbers, others, joined, newsletter), examples=examples)


def contract_365() -> Contract:
    """Return a contract with the features of the public 365 file, in its order: the category comes first."""
    return Contract(
        name="learner-purchase",
        version="1.0.0",
        estimator="LogisticRegression",
        features=(
            _country("student_country", "Student country"),
            _integer("days_on_platform", "Days on platform", "days", 3650, (0, 31, 160, 250, 379)),
            _number("minutes_watched", "Minutes watched", "minutes", 525600, (0, 2.4, 10, 50, 2600)),
            _integer("courses_started", "Courses started", "courses", 1000, (0, 1, 1, 1, 16)),
            _integer("practice_exams_started", "Practice exams started", "exams", 1000, (0, 0, 0, 0, 73)),
            _integer("practice_exams_passed", "Practice exams passed", "exams", 1000, (0, 0, 0, 0, 51)),
            _number("minutes_spent_on_exams", "Minutes spent on exams", "minutes", 100000, (0, 0, 0, 0, 257)),
        ),
        target=Target("purchased", "Will Subscribe", "Will Not Subscribe"),
        threshold=0.41,
        threshold_rule="Best F1 on out-of-fold probabilities.",
        base_rate=0.0926,
        examples=(Example("Learner", ("IN", 21, 120.5, 2, 3, 2, 31.25)),),
    )


def sample_metadata() -> Metadata:
    """Return the metadata of a model of the sample's contract."""
    return metadata_for(sample_contract())


def metadata_for(contract: Contract) -> Metadata:
    """Return metadata around a contract; figures are plausible and measured on nothing."""
    row = contract.examples[0].values
    return Metadata(
        contract=contract,
        evaluation=Evaluation(
            method="Out-of-fold, 5 shuffled folds; identical rows kept together.",
            n_rows=4000,
            n_positive=360,
            metrics={"accuracy": 0.94, "precision": 0.61, "recall": 0.55, "f1": 0.58, "roc_auc": 0.82, "brier": 0.06},
            baseline={"accuracy": 0.91, "roc_auc": 0.5, "brier": 0.082},
            intervals={"roc_auc": (0.79, 0.85)},
            curve=(CurvePoint(0.1, 310, 900, 50, 2740), CurvePoint(0.3, 198, 127, 162, 3513)),
            calibration=(CalibrationBin(0.05, 0.04, 3200), CalibrationBin(0.6, 0.62, 800)),
            importance={feature.name: 0.01 for feature in contract.features},
        ),
        provenance=Provenance(
            data="customers.csv",
            data_sha256="0" * 64,
            n_rows=20_000,
            seed=7,
            versions={"onnxruntime": "1.23.0"},
            parity={"rows": 21_000, "max_difference": 1.2e-7},
        ),
        background=(row,),
        self_test=(SelfTest(row, 0.0421),),
    )


def _integer(name: str, label: str, unit: str, maximum: float, seen: Quartiles, *, actionable: bool = True) -> Feature:
    return Feature(
        name=name,
        label=label,
        kind="integer",
        unit=unit,
        help=f"{label}, counted until today.",
        minimum=0,
        maximum=maximum,
        actionable=actionable,
        aliases=(label.lower(),),
        seen=Seen(*seen),
    )


def _number(name: str, label: str, unit: str, maximum: float, seen: Quartiles) -> Feature:
    return Feature(
        name=name,
        label=label,
        kind="number",
        unit=unit,
        help=f"{label}, summed over every visit.",
        minimum=0,
        maximum=maximum,
        actionable=True,
        seen=Seen(*seen),
    )


def _country(name: str, label: str) -> Feature:
    return Feature(
        name=name,
        label=label,
        kind="category",
        help="Where the customer lives, as far as is known.",
        optional=True,
        aliases=("country",),
        values=dict(COUNTRIES),
        names=dict(_OTHER_NAMES),
        seen=Seen(counts=dict(_COUNTS)),
    )
