# Each target is a task of tasks.py: without make, type `python tasks.py test` and so on.
# Another interpreter: make test PYTHON=python3.13      More for the tool: make test ARGS="-k yank"
PYTHON ?= python3
ARGS ?=

.PHONY: help check test lint coverage accompanied demo rehearse docs site update-data screenshots setup interface fragment release
help:
	@echo "make check | test | lint | coverage | accompanied | demo | rehearse | docs | site | update-data | screenshots | setup | interface | fragment | release"
check test lint coverage accompanied demo rehearse docs site update-data screenshots setup interface fragment release:
	@$(PYTHON) tasks.py $@ $(ARGS)
