"""Trees: the fitted trees of scikit-learn's ensembles as arrays, and as the attributes of one ONNX operator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import numpy_helper
from sklearn.base import ClassifierMixin
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier

__all__ = ["MISSING", "Tree", "ensemble_attributes", "start_of", "step_tree", "thresholds", "trees_of"]

MISSING = "nodes_missing_value_tracks_true"
"""The attribute that sends NaN along with the smaller numbers. A model that is never given NaN is quicker without."""


@dataclass
class Tree:
    """A binary tree as parallel arrays; a leaf has is_leaf set and a value.

    NaN goes to the left where `missing_left` is set.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    is_leaf: np.ndarray
    value: np.ndarray
    missing_left: np.ndarray


def trees_of(estimator: ClassifierMixin) -> list[Tree]:
    """Return an ensemble's trees, each leaf holding what it adds to the sum; [] for an estimator without trees."""
    match estimator:
        case RandomForestClassifier():
            return [_from_tree(tree.tree_, tree.tree_.value[:, 0, 1]) for tree in estimator.estimators_]
        case GradientBoostingClassifier():
            rate = estimator.learning_rate
            return [_from_tree(tree.tree_, rate * tree.tree_.value[:, 0, 0]) for (tree,) in estimator.estimators_]
        case HistGradientBoostingClassifier():
            return [_from_nodes(predictor.nodes) for (predictor,) in estimator._predictors]  # no public name
    return []


def start_of(boosting: GradientBoostingClassifier | HistGradientBoostingClassifier) -> float:
    """Return the log odds that a boosted model's trees are added to: those of the share of positive rows."""
    if isinstance(boosting, GradientBoostingClassifier):
        start = boosting._raw_predict_init(np.zeros((1, boosting.n_features_in_), dtype=np.float32))  # no public name
    else:
        start = boosting._baseline_prediction  # no public name
    return float(np.asarray(start).item())


def thresholds(estimator: ClassifierMixin) -> dict[int, npt.NDArray[np.float64]]:
    """Return the distinct thresholds of a tree estimator by the number of the column they split; {} for others."""
    trees = trees_of(estimator)
    if not trees:
        return {}
    inner = [~tree.is_leaf for tree in trees]
    features = np.concatenate([tree.feature[keep] for tree, keep in zip(trees, inner, strict=True)])
    values = np.concatenate([tree.threshold[keep] for tree, keep in zip(trees, inner, strict=True)])
    return {int(number): np.unique(values[features == number]) for number in np.unique(features)}


def step_tree(ends: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Tree:
    """Return the tree of one column that gives values[i] up to ends[i], included, and the last one beyond."""
    nodes: list[tuple[float, int, int, float]] = []  # threshold, left, right, value; a leaf has no children

    def add(first: int, last: int) -> int:
        place = len(nodes)
        if first == last:
            nodes.append((0.0, -1, -1, float(values[first])))
            return place
        middle = (first + last) // 2
        nodes.append((float(ends[middle]), 0, 0, 0.0))
        nodes[place] = (float(ends[middle]), add(first, middle), add(middle + 1, last), 0.0)
        return place

    add(0, len(values) - 1)
    threshold, left, right, value = map(np.array, zip(*nodes, strict=True))
    never = np.zeros(len(nodes), dtype=bool)
    return Tree(np.zeros(len(nodes), dtype=int), threshold, left, right, left < 0, value, never)


def ensemble_attributes(trees: Sequence[Tree]) -> dict[str, Any]:
    """Return the attributes of a TreeEnsemble in double that adds up the trees' leaves."""
    nodes = _Nodes()
    for tree in trees:
        nodes.add(tree)
    return {
        "n_targets": 1,
        "aggregate_function": 1,  # SUM
        # NONE: onnxruntime ignores LOGISTIC with one target (its issues 24862 and 26596); a Sigmoid node follows.
        "post_transform": 0,
        "tree_roots": nodes.roots,
        "nodes_featureids": nodes.features,
        "nodes_modes": numpy_helper.from_array(np.zeros(len(nodes.features), dtype=np.uint8), "modes"),  # <=
        "nodes_splits": numpy_helper.from_array(np.array(nodes.splits, dtype=np.float64), "splits"),
        MISSING: nodes.missing_left,
        "nodes_truenodeids": nodes.true_ids,
        "nodes_trueleafs": nodes.true_leafs,
        "nodes_falsenodeids": nodes.false_ids,
        "nodes_falseleafs": nodes.false_leafs,
        "leaf_targetids": [0] * len(nodes.weights),
        "leaf_weights": numpy_helper.from_array(np.array(nodes.weights, dtype=np.float64), "weights"),
    }


def _from_tree(tree: Any, value: np.ndarray) -> Tree:
    left = tree.children_left
    never = np.zeros(len(left), dtype=bool)
    return Tree(tree.feature, tree.threshold, left, tree.children_right, left < 0, value, never)


def _from_nodes(nodes: np.ndarray) -> Tree:
    if nodes["is_categorical"].any():
        raise ValueError("HistGradientBoosting's categorical splits have no exact converter: encode the category.")
    return Tree(
        nodes["feature_idx"],
        nodes["num_threshold"],
        nodes["left"],
        nodes["right"],
        nodes["is_leaf"].astype(bool),
        nodes["value"],
        nodes["missing_go_to_left"].astype(bool),
    )


@dataclass
class _Nodes:
    """The attributes of one ai.onnx.ml TreeEnsemble (version 5), being filled."""

    roots: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)
    missing_left: list[int] = field(default_factory=list)
    true_ids: list[int] = field(default_factory=list)
    true_leafs: list[int] = field(default_factory=list)
    false_ids: list[int] = field(default_factory=list)
    false_leafs: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, tree: Tree) -> None:
        self.roots.append(len(self.features))
        if tree.is_leaf[0]:
            # The operator has no tree of one leaf: a split whose two sides are that leaf.
            self.features.append(0)
            self.splits.append(0.0)
            self.missing_left.append(0)
            for ids, leafs in ((self.true_ids, self.true_leafs), (self.false_ids, self.false_leafs)):
                ids.append(len(self.weights))
                leafs.append(1)
            self.weights.append(float(tree.value[0]))
            return
        inner = np.flatnonzero(~tree.is_leaf)
        leaves = np.flatnonzero(tree.is_leaf)
        position = np.empty(len(tree.is_leaf), dtype=int)
        position[inner] = np.arange(len(inner)) + len(self.features)
        position[leaves] = np.arange(len(leaves)) + len(self.weights)
        left, right = tree.left[inner], tree.right[inner]
        self.features.extend(tree.feature[inner].tolist())
        self.splits.extend(tree.threshold[inner].tolist())
        self.missing_left.extend(tree.missing_left[inner].astype(int).tolist())
        self.true_ids.extend(position[left].tolist())
        self.true_leafs.extend(tree.is_leaf[left].astype(int).tolist())
        self.false_ids.extend(position[right].tolist())
        self.false_leafs.extend(tree.is_leaf[right].astype(int).tolist())
        self.weights.extend(tree.value[leaves].tolist())
