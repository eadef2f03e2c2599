# Everything runs in .venv, which `make install` builds from uv.lock with uv; uv itself is installed here where missing.
# A machine needs Python 3.11, 3.12 or 3.13 and make, and nothing else.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8080
BENCH ?=

export UV_PYTHON_DOWNLOADS = never
export UV_SYSTEM_CERTS = 1
export UV_PYTHON = $(PYTHON)
export GX_ANALYTICS_ENABLED = false

.PHONY: help install demo up test test-heavy lint docs bench

help:
	@echo "make install     install into .venv"
	@echo "make demo        the four fictional agencies through Airflow, from exports to an approved release"
	@echo "make up          Airflow with its pages on http://127.0.0.1:$(PORT) (PORT=8080)"
	@echo "make test        the tests; make test-heavy: those that take minutes"
	@echo "make lint        style, types and import contracts"
	@echo "make docs        build the documentation into site/"
	@echo "make bench       the benchmarks (BENCH=quality, calibration, speed or privacy for one)"

.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11, 3.12 or 3.13 found. Cure: install one, or give PYTHON=." >&2; exit 2; }
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet uv

install: .venv/.installed

.venv/.installed: .uv/bin/uv pyproject.toml uv.lock
	.uv/bin/uv sync --quiet --frozen --extra airflow --extra scale
	@touch $@

demo: install
	.venv/bin/python -m ketenzicht.demo

up: install
	.venv/bin/python -m ketenzicht.demo up --port $(PORT)

test: install
	.venv/bin/pytest -n 2 -m "not heavy"

test-heavy: install
	.venv/bin/pytest -m heavy

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mypy --strict dags
	.venv/bin/lint-imports

docs: .uv/bin/uv
	.uv/bin/uv run --quiet --frozen --extra airflow --extra scale --group docs mkdocs build --quiet --strict -f .ci/mkdocs.yml

bench: .uv/bin/uv
	.uv/bin/uv sync --quiet --frozen --extra airflow --extra scale --group bench
	.venv/bin/python -m benchmarks $(BENCH)
