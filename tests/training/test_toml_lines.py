from training.schema.toml_lines import line_of, lines_of

TEXT = """# a comment
ignore = [
  "id",
]
[model]
"name" = "x"
about = '''
label = "no key, but text"
'''
[[feature]]
name = "age"
[[ feature ]] # spaces do not count
name = "plan"
[feature.values]
free = "Free"
[[feature]]
values = { a = "A" }
"""


def test_every_key_that_begins_a_line_has_its_line():
    lines = lines_of(TEXT)
    assert [lines["ignore",], lines["model", "name"], lines["model", "about"]] == [2, 6, 7]
    assert lines["feature", 1, "name"] == 11
    assert lines["feature", 2, "name"] == 13
    assert lines["feature", 2, "values", "free"] == 15
    assert ("model", "label") not in lines


def test_a_key_that_begins_no_line_has_that_of_what_holds_it():
    lines = lines_of(TEXT)
    assert line_of(lines, ("feature", 3, "values", "a")) == 17
    assert line_of(lines, ("feature", 1, "label")) == 10
    assert line_of(lines, ("target",)) == 0
