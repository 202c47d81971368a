"""The report: one HTML file that answers what a colleague would ask about a run, and needs nothing beside it."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix

from predict.metadata import Evaluation

from . import charts
from .data import Table
from .eda import ColumnFacts, Exploration, explore
from .evaluate import decide
from .facts import explain_some
from .leakage import SUSPICIOUS
from .metric_names import METRIC_NAMES
from .result import Result
from .slices import Slice, slice_up

__all__ = ["render_report"]

_STYLE = (Path(__file__).parent / "report.css").read_text("utf-8")
_MOST_SHOWN = 200_000  # rows that the curves and histograms of a large file are drawn of


def render_report(result: Result) -> str:
    """Return the report's HTML: no script, no font, no picture from elsewhere."""
    contract = result.model.contract
    sections = {
        "data": ("The data", _data(result)),
        "comparison": ("The models compared", _comparison(result)),
        "scores": ("How well it does", _scores(result)),
        "threshold": ("Where the answer turns", _threshold(result)),
        "explanation": ("What it looks at", _explanation(result)),
        "slices": ("Parts of the customers", _slices(result)),
        "parity": ("Parity certificate", _parity(result)),
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
    return (
        f"<p class=muted>{escape(contract.name)} {escape(contract.version)}</p><h1>Will this customer purchase?</h1>"
        f'<p class="lead">Of {evaluation.n_rows:,} customers that the models had not seen, {evaluation.n_positive:,} '
        f"({evaluation.n_positive / evaluation.n_rows:.1%}) purchased. A {escape(contract.estimator)} answers "
        f"“{escape(contract.target.positive)}” for {chosen:.1%} of all: it finds {evaluation.metrics['recall']:.0%} of "
        f"the buyers, and {evaluation.metrics['precision']:.0%} of those it chooses are buyers. One rule alone "
        f"({escape(evaluation.rule)}) reaches {evaluation.rule_metrics['average_precision']:.3f} average precision.</p>"
        f'<dl class="facts">{facts}</dl>' + "".join(f'<p class="warning">{escape(text)}</p>' for text in result.alarms)
    )


def _fact(label: str, evaluation: Evaluation, name: str) -> str:
    low, high = evaluation.intervals[name]
    return (
        f"<div><dt>{escape(label)}</dt><dd>{evaluation.metrics[name]:.3f}<small>95%: {low:.3f} to {high:.3f}</small>"
        "</dd></div>"
    )


def _data(result: Result) -> str:
    table, features = result.table, result.schema.features
    found = explore(table, features)
    shown = _some(result)
    missing = sum(facts.n_missing for facts in found.categories.values())
    notes = "".join(f"<li>{escape(text)}</li>" for text in result.notes if text not in result.alarms)
    powers = [
        (
            power.feature.label,
            f"{power.roc_auc:.3f}",
            "nearly gives the answer away" if power.roc_auc >= SUSPICIOUS else "",
        )
        for power in result.powers
    ]
    labels = [*(facts.feature.label for facts in found.numbers), result.schema.target.name]
    parts = [
        f"<p>{escape(result.schema.about)} {len(table.y):,} rows, {int(table.y.sum()):,} buyers "
        f"({table.y.mean():.2%}). "
        f"{found.n_duplicates:,} rows ({found.n_duplicates / len(table.y):.1%}) repeat another in every input; they "
        "are "
        f"kept, and always stand on the same side of a split. {found.n_contradictions:,} rows agree in every input "
        "with "
        f"one that answers otherwise: no model can tell these apart. {missing:,} categories are not known; every "
        "number "
        "is given.</p>",
        f"<ul>{notes}</ul>",
        "<h3>Leakage check</h3><p>How well each column alone ranks buyers above others. From "
        f"{SUSPICIOUS:.2f} on, ask when the column was recorded.</p>",
        _table(("column", "ROC AUC alone", ""), powers),
        "<h3>Each number, buyers against others</h3>",
    ]
    parts += [_number(facts, shown) for facts in found.numbers]
    parts.append("<h3>Categories and correlations</h3><div class=grid>")
    parts += [_category(result, found, name) for name in found.categories]
    parts.append(
        _figure(
            charts.correlation_chart(found, labels),
            "Pearson's correlation above the diagonal, Spearman's (of ranks) below; orange together, blue against",
        )
        + "</div>"
    )
    return "".join(parts)


def _number(facts: ColumnFacts, shown: Table) -> str:
    scale = "; a heavy tail, so on a log scale" if facts.heavy_tail else ""
    return (
        f"<h3>{escape(facts.feature.label)}</h3><p class=muted>{facts.zeros:.0%} zeros; {facts.outliers:,} values far "
        f"out (beyond three interquartile ranges of the quartiles){scale}.</p>"
        '<div class="grid small">'
        + _figure(charts.histogram_chart(facts, shown), "Shares of buyers and of others")
        + _figure(charts.box_chart(facts, shown), "Median, quartiles, 5th to 95th percentile")
        + _figure(charts.rate_chart(facts), "Purchase rate by tenths of the customers, 95% Wilson intervals")
        + "</div>"
    )


def _category(result: Result, found: Exploration, name: str) -> str:
    facts = found.categories[name]
    feature = next(feature for feature in result.schema.features if feature.name == name)
    caption = (
        f"{feature.label}: the commonest of {facts.n_values} values, with their rows. Rates of few rows are drawn "
        "towards the mean, as far as chance explains them."
    )
    return _figure(charts.category_chart(feature.label, facts), caption)


def _comparison(result: Result) -> str:
    evaluation, winner = result.model.metadata.evaluation, result.searched.trial.family
    heads = ["", *METRIC_NAMES.values(), "seconds to fit", "KiB of ONNX", "µs a row"]
    rows = []
    for entry in sorted(result.entries, key=lambda entry: entry.evaluation.metrics["log_loss"]):
        measured = [f"{entry.evaluation.metrics[name]:.3f}" for name in METRIC_NAMES]
        costs = [f"{entry.fit_seconds:.2f}", f"{entry.size / 1024:.0f}", f"{entry.microseconds:.2f}"]
        rows.append((entry.name, *measured, *costs))
    rows.append(
        (f"one rule: {evaluation.rule}", *(f"{evaluation.rule_metrics[name]:.3f}" for name in METRIC_NAMES), "", "", "")
    )
    rows.append(("always the base rate", *(f"{evaluation.baseline[name]:.3f}" for name in METRIC_NAMES), "", "", ""))
    tried = [
        (trial.family, f"{loss:.5f}", f"{trial.complexity:.0f}", trial.words) for trial, loss in result.searched.tried
    ]
    curves = list(result.searched.families.items())
    return (
        f"<p>{escape(result.searched.reason)} Each family was tuned anew without the fold it is measured on. "
        "The model's own figures below are those of the whole procedure, choice of family and calibration included."
        f"</p>{_table(heads, rows, best=winner, caption=f'On unseen rows: {evaluation.method}')}"
        '<div class="grid">'
        + _figure(charts.precision_recall_chart(curves, winner), "Precision against recall on unseen customers")
        + _figure(charts.roc_chart(curves, winner), "ROC curve on unseen customers")
        + f"</div><details><summary>All {len(tried)} models that were tried</summary>"
        + _table(("family", "log loss", "comparisons a row", "hyperparameters"), tried, words=(3,))
        + "</details>"
    )


def _scores(result: Result) -> str:
    evaluation = result.model.metadata.evaluation
    rows = []
    for name, label in METRIC_NAMES.items():
        low, high = evaluation.intervals[name]
        rows.append(
            (
                label,
                f"{evaluation.metrics[name]:.4f}",
                f"{low:.4f} to {high:.4f}",
                f"{evaluation.rule_metrics[name]:.4f}",
                f"{evaluation.baseline[name]:.4f}",
            )
        )
    calibrated = (
        "Its log odds are stretched by Platt scaling, which lowered log loss on rows it was not fitted on."
        if result.searched.platt
        else "Calibrating it (Platt scaling) does not lower log loss on unseen rows by more than noise: it is left out."
    )
    return (
        _table(
            ("metric", "model", "95% interval", "one rule", "base rate"),
            rows,
            caption="Intervals by a bootstrap over groups of identical rows",
        )
        + f'<div class="grid"><div><h3>Calibration</h3><p>{calibrated}</p></div>'
        + _figure(charts.calibration_chart(evaluation), "Bins of ten points; the numbers are rows")
        + "</div>"
    )


def _threshold(result: Result) -> str:
    contract, evaluation = result.model.contract, result.model.metadata.evaluation
    decided = decide(result.scored, result.settings.objective)
    tn, fp, fn, tp = confusion_matrix(result.scored.y, decided, labels=[0, 1]).ravel().tolist()
    yes, no = escape(contract.target.positive), escape(contract.target.negative)
    matrix = (
        '<div class="scroll"><table class="matrix"><caption>Confusion matrix on unseen customers</caption>'
        f"<thead><tr><td></td><th>“{yes}”</th><th>“{no}”</th></tr></thead><tbody>"
        f"<tr><th>purchased</th><td class=right>{tp:,}<small>found</small></td><td class=wrong>{fn:,}<small>missed"
        f"</small></td></tr><tr><th>did not</th><td class=wrong>{fp:,}<small>false alarms</small></td>"
        f"<td class=right>{tn:,}<small>left alone</small></td></tr></tbody></table></div>"
    )
    profit = evaluation.profit
    return (
        f"<p>The answer is “{yes}” from a probability of {contract.threshold:.4f} on: "
        f"{escape(contract.threshold_rule)}. "
        "For each fold the threshold comes from the other folds, so these counts are of unseen customers.</p>"
        f'<div class="grid">{matrix}<p>At {profit["contact_cost"]:g} a contact and {profit["purchase_value"]:g} a '
        f"purchase, contacting the {profit['contacted']:,.0f} chosen brings {profit['total']:,.0f} in all, "
        f"{100 * profit['per_customer']:.1f} for every 100 customers. The money is an assumption: set your own with "
        "<code>--contact-cost</code> and <code>--purchase-value</code>, and let it choose the threshold with "
        "<code>--objective profit</code>.</p>"
        + _figure(charts.threshold_chart(evaluation, contract.threshold), "Precision, recall and F1 by threshold")
        + _figure(charts.profit_chart(evaluation, contract.threshold), "Profit by threshold")
        + "</div>"
    )


def _explanation(result: Result) -> str:
    rows, contributions = explain_some(result.model, result.table.X, result.settings.seed)
    labels = [feature.label for feature in result.schema.features]
    importance = [result.model.metadata.evaluation.importance[feature.name] for feature in result.schema.features]
    return (
        "<p>Every score is explained exactly: base value plus contributions is the probability. The contributions are "
        f"Shapley values against {len(result.model.metadata.background)} made-up customers, chosen so that they come "
        "close "
        "to those against all the data; none of them is a real customer. They say what the model used, not what causes "
        "a "
        "purchase.</p>"
        '<div class="grid">'
        + _figure(charts.importance_chart(labels, importance), f"Mean over {len(rows):,} customers drawn from the data")
        + _figure(charts.shapley_chart(labels, rows, contributions), "One point for each of 250 of them")
        + "</div>"
    )


def _slices(result: Result) -> str:
    evaluated = result.table.among(np.isin(result.table.groups, result.scored.groups))
    decided = decide(result.scored, result.settings.objective)
    parts = slice_up(evaluated, result.scored, decided, result.schema.features)
    worse = [part for part in parts if part.warnings]
    verdict = (
        f"{len(worse)} of {len(parts)} parts are marked: there the interval lies below what the model reaches on all, "
        "or "
        "what it says lies outside the interval of what happened. About one in twenty would be by chance alone."
        if worse
        else f"In none of {len(parts)} parts does it do clearly worse than on all."
    )
    heads = (
        "part",
        "does worse",
        "rows",
        "buyers",
        "bought",
        "95%",
        "said",
        "recall",
        "95%",
        "precision",
        "AUC",
        "95%",
    )
    return f"<p>{verdict}</p>" + _table(heads, [_slice_row(part) for part in parts], words=(1,))


def _slice_row(part: Slice) -> tuple[str, ...]:
    return (
        f"{part.column}: {part.part}",
        f"⚠ {', '.join(part.warnings)}" if part.warnings else "",
        f"{part.n_rows:,}",
        f"{part.n_positive:,}",
        f"{part.rate:.1%}",
        _span(part.rate_interval),
        f"{part.said:.1%}",
        _share(part.recall),
        _span(part.recall_interval),
        _share(part.precision),
        f"{part.roc_auc:.3f}" if part.roc_auc is not None else "",
        _span(part.roc_auc_interval, percent=False),
    )


def _parity(result: Result) -> str:
    provenance = result.model.metadata.provenance
    versions = "; ".join(f"{name} {version}" for name, version in provenance.versions.items())
    return (
        f"<p>The file that serves was run on {result.parity.rows:,} rows: every row of the data, and rows made to tell "
        "it from scikit-learn, at every split of every tree and one step of the last bit around it, with unknown and "
        "missing categories and values far outside anything seen. The largest difference in probability is "
        f"<strong>{result.parity.max_difference:.1e}</strong>, and no answer differs. Beyond 1e-6 the old file would "
        "have "
        "stayed.</p>"
        + _table(
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
        ("objective", settings.objective.words),
        ("seed", str(settings.seed)),
        ("models tried", str(len(result.searched.tried))),
        ("hyperparameters", result.searched.trial.words),
    ]
    return _table(("", ""), rows, words=(1,))


def _some(result: Result) -> Table:
    """Return the table, or rows of it drawn at random where nobody could see the rest."""
    table = result.table
    if len(table.y) <= _MOST_SHOWN:
        return table
    drawn = np.random.default_rng(0).choice(len(table.y), _MOST_SHOWN, replace=False)
    return table.among(np.isin(np.arange(len(table.y)), drawn))


def _table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    best: str = "",
    caption: str = "",
    words: Sequence[int] = (),
) -> str:
    def cell(place: int, text: str) -> str:
        if place == 0:
            return f'<th scope="row">{escape(text)}</th>'
        return f'<td class="words">{escape(text)}</td>' if place in words else f"<td>{escape(text)}</td>"

    lines = [(row[0] == best, "".join(cell(place, text) for place, text in enumerate(row))) for row in rows]
    body = "".join(f"<tr{' class=best' if is_best else ''}>{cells}</tr>" for is_best, cells in lines)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    thead = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    return f'<div class="scroll" tabindex="0"><table>{title}{thead}<tbody>{body}</tbody></table></div>'


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _span(interval: tuple[float, float] | None, *, percent: bool = True) -> str:
    if interval is None:
        return ""
    low, high = interval
    return f"{low:.1%} to {high:.1%}" if percent else f"{low:.3f} to {high:.3f}"
