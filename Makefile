# Each target is a task of tasks.py: without make, type `python tasks.py test` and so on.
# Another interpreter: make test PYTHON=python3.13      More for the tool: make test ARGS="-k yank"
PYTHON ?= python3
ARGS ?=

.PHONY: help setup test demo rehearse lint docs
help:
	@echo "make demo | test | rehearse | lint | docs | setup"
setup test demo rehearse lint docs:
	@$(PYTHON) tasks.py $@ $(ARGS)
