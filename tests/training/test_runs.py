from copy import replace
from datetime import UTC, datetime

from tests.made import result
from training.run.run_folder import keep
from training.run.runs import changes, list_runs, runs_table

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_runs_are_listed_with_what_changed(tmp_path):
    folder = keep(result(), "<p>report", tmp_path / "reports", NOW)
    dropped = replace(
        result(),
        schema=replace(result().schema, features=result().schema.features[1:]),
        settings=replace(result().settings, seed=9),
    )
    keep(dropped, "", folder.parent, NOW.replace(hour=13))
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "run.json").write_text('{"metrics": {}, "asked": {}}')
    (folder.parent / "another").mkdir()
    (folder.parent / "another" / "run.json").write_text("[]")
    first, second = list_runs(folder.parent)
    assert changes(first, second) == ["without days_on_platform", "seed 9"]
    assert changes(first, first) == []
    lines = runs_table([first, second]).splitlines()
    assert len(lines) == 3
    assert f"{result().model.metadata.evaluation.metrics['roc_auc']:.3f}" in lines[1]
    assert lines[2].endswith("without days_on_platform, seed 9")
    assert list_runs(folder.parent / "none") == []
