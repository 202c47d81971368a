"""The dividends of a linear model: its terms, in the units of the inputs."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from predict.contract import Feature, Row
from predict.model.dividends import Linear, Term
from predict.model.link import Link

from ..search.calibrate import inner
from ..search.pipeline import Logarithm, codes_of

__all__ = ["linear_dividends"]


def linear_dividends(
    pipeline: Pipeline,
    features: Sequence[Feature],
    background: Sequence[Row],
    link: Link,
    slope: float,
    intercept: float,
) -> Linear:
    """Return the terms of a fitted pipeline's log odds, which become slope x log odds + intercept."""
    estimator = inner(pipeline["estimator"])
    coefficients = iter((slope * estimator.coef_[0]).tolist())
    terms: dict[str, Term] = {}
    start = slope * float(estimator.intercept_[0]) + intercept
    by_name = {feature.name: feature for feature in features}
    for _, transformer, names in pipeline["columns"].transformers_:
        if by_name[names[0]].is_category:
            terms[names[0]] = _category_term(pipeline, by_name[names[0]], coefficients)
            continue
        steps = list(transformer) if isinstance(transformer, Pipeline) else [transformer]
        *_, scaler = steps
        is_logarithm = any(isinstance(step, Logarithm) for step in steps)
        if isinstance(steps[0], SimpleImputer):
            own = list(itertools.islice(coefficients, scaler.n_features_in_))
            terms[names[0]], known = _optional_term(names[0], transformer, own, is_logarithm)
            start += known
            continue
        for name, center, scale in zip(names, scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True):
            terms[name] = Term(next(coefficients) / scale, center, is_logarithm)
    ordered = tuple(terms[feature.name] for feature in features)
    added = [[term.add(value) for term, value in zip(ordered, row, strict=True)] for row in background]
    return Linear(ordered, start, np.array(added).T, link)


def _optional_term(name: str, steps: Pipeline, coefficients: Sequence[float], is_logarithm: bool) -> tuple[Term, float]:
    """Return the term of a number that may be not known, and what is added beside it wherever it is known."""
    scaler = steps[-1]
    term = Term(coefficients[0] / float(scaler.scale_[0]), float(scaler.mean_[0]), is_logarithm)
    known, unknown = steps.transform(pd.DataFrame({name: [0.0, np.nan]})) @ coefficients
    beside = float(known) - term.add(0.0)
    return term._replace(other=float(unknown) - beside), beside


def _category_term(pipeline: Pipeline, feature: Feature, coefficients: Iterator[float]) -> Term:
    encoder = pipeline["columns"].named_transformers_[f"category_{feature.name}"]
    if isinstance(encoder, OneHotEncoder):
        return Term(values={value: next(coefficients) for value in encoder.categories_[0].tolist()})
    codes, other = codes_of(pipeline, feature)
    weight = next(coefficients)
    return Term(values={value: weight * code for value, code in codes.items()}, other=weight * other)
