PYTHON := .venv/bin/python

.DEFAULT_GOAL := run
.PHONY: setup run train test check bench pins package audit clean

setup:
	@sh local/setup.sh

run: setup predict/model.onnx
	@$(PYTHON) -m local $(if $(PORT),--port $(PORT)) $(if $(SITE_PORT),--site-port $(SITE_PORT)) $(ARGS)

predict/model.onnx: | setup
	$(PYTHON) -m training

train: setup
	$(PYTHON) -m training $(ARGS)

# Tests start many interpreters: where no bytecode may be written, each would compile all that it imports.
test: export PYTHONDONTWRITEBYTECODE :=
test: check
	CHROMIUM="$$(sh local/browser.sh)" && FIREFOX="$$(sh local/browser.sh firefox || true)" && export CHROMIUM FIREFOX && \
		$(PYTHON) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup
	$(PYTHON) -m ruff check && $(PYTHON) -m ruff format --check && $(PYTHON) -m mypy && .venv/bin/lint-imports

bench: setup predict/model.onnx
	$(PYTHON) -m benchmarks --date "$$(date -u +%F)" --markdown benchmarks/results.md $(ARGS)

package: setup predict/model.onnx
	$(PYTHON) -m infra.package && $(PYTHON) -m infra.site

audit: setup
	sh infra/audit.sh

pins: setup
	sh local/pins.sh

clean:
	rm -rf .venv .uv .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache reports dist
