"""The report: one HTML file that answers what a colleague would ask about a run, and needs nothing beside it."""

from html import escape
from pathlib import Path

from predict.model.metadata import METRIC_NAMES, Evaluation
from predict.pages.page import title_of

from ..run.result import Result
from .markup import render_table
from .report_data import render_data
from .report_model import render_comparison, render_explanation, render_scores, render_slices, render_threshold

__all__ = ["render_report"]

_STYLE = (Path(__file__).parent / "report.css").read_text("utf-8")


def render_report(result: Result) -> str:
    """Return the report's HTML: no script, no font, no picture from elsewhere."""
    contract = result.model.contract
    sections = {
        "data": ("The data", render_data(result)),
        "comparison": ("The models compared", render_comparison(result)),
        "scores": ("How well it does", render_scores(result)),
        "threshold": ("The threshold", render_threshold(result)),
        "explanation": ("What the model uses", render_explanation(result)),
        "slices": ("Groups of customers", render_slices(result)),
        "parity": ("The same as scikit-learn", _parity(result)),
        "run": ("This run", _run(result)),
    }
    links = "".join(f'<a href="#{name}">{escape(title)}</a>' for name, (title, _) in sections.items())
    body = "".join(
        f'<section id="{name}"><h2>{escape(title)}</h2>{html}</section>' for name, (title, html) in sections.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Report: {escape(contract.name)} {escape(contract.version)}</title><style>{_STYLE}</style></head>"
        f"<body><header>{_summary(result)}<nav "
        f'aria-label="Sections">{links}</nav></header><main>{body}</main></body></html>\n'
    )


def _summary(result: Result) -> str:
    contract, evaluation = result.model.contract, result.model.metadata.evaluation
    names = ("average_precision", "roc_auc", "f1", "brier", "calibration_error")
    facts = "".join(_fact(METRIC_NAMES[name], evaluation, name) for name in names)
    chosen = evaluation.profit["contacted"] / evaluation.n_rows
    people = escape(contract.target.people)
    about = f"{contract.name} {contract.version}, trained on {len(result.table.y):,} rows of {result.table.name}"
    return (
        f"<p class=muted>{escape(about)}</p><h1>{escape(title_of(contract))}</h1>"
        f'<p class="lead">Of {evaluation.n_rows:,} customers that the models had not seen, {evaluation.n_positive:,} '
        f"({evaluation.n_positive / evaluation.n_rows:.1%}) are {people}. A {escape(contract.estimator)} answers "
        f"“{escape(contract.target.positive)}” for {chosen:.1%} of all: it finds {evaluation.metrics['recall']:.0%} of "
        f"the {people}, and {evaluation.metrics['precision']:.0%} of those it chooses are {people}. The best "
        f"single rule ({escape(evaluation.rule)}) reaches an average precision of "
        f"{evaluation.rule_metrics['average_precision']:.3f}, the model "
        f"{evaluation.metrics['average_precision']:.3f}.</p>"
        f'<dl class="facts">{facts}</dl>' + "".join(f'<p class="warning">{escape(text)}</p>' for text in result.alarms)
    )


def _fact(label: str, evaluation: Evaluation, name: str) -> str:
    interval = f"<small>95%: {evaluation.interval_text(name)}</small>"
    return f"<div><dt>{escape(label)}</dt><dd>{evaluation.metrics[name]:.3f}{interval}</dd></div>"


def _parity(result: Result) -> str:
    provenance = result.model.metadata.provenance
    versions = "; ".join(f"{name} {version}" for name, version in provenance.versions.items())
    return (
        f"<p>The model file was run on {result.parity.rows:,} rows: every row of the data, and rows made to show a "
        "difference from scikit-learn: at every split of every tree and one step of the last bit around it, with "
        "categories that are unknown or missing, and far outside the data. The largest difference in probability is "
        f"<strong>{result.parity.max_difference:.1e}</strong>, and no answer differs. Beyond 1e-6 the file would have "
        "been refused, and the old one kept.</p>"
        + render_table(
            ("", ""),
            [("model file, sha256 of its body", result.model.hash), ("versions", versions)],
            words=(1,),
        )
    )


def _run(result: Result) -> str:
    provenance, settings = result.model.metadata.provenance, result.settings
    rows = [
        ("data", provenance.data),
        ("sha256 of the data", provenance.data_sha256),
        ("schema", f"{result.schema.name} {result.schema.version}"),
        ("left out", ", ".join(settings.drop) or "nothing"),
        ("objective", result.model.contract.threshold_rule),
        ("seed", str(settings.seed)),
        ("models tried", str(len(result.searched.tried))),
        ("hyperparameters", result.searched.trial.words),
        ("time", result.stopwatch.words),
        ("in short", "MODEL_CARD.md beside this report; the site's model page"),
    ]
    return render_table(("", ""), rows, words=(1,))
