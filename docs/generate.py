"""Write the generated pages of the reference from the code: `python docs/generate.py`.

A test fails while a page differs from the output of this program.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
COMPLETE_FOLDERS = ("reference/rules", "reference/schemas")
"""Folders in which every page is generated: one that no generator writes is removed."""


def generated_pages() -> dict[str, str]:
    """Return the text of every generated page by its path below docs/."""
    texts: dict[str, str] = {}
    for module in pkgutil.iter_modules([str(DOCS / "generators")]):
        generator = importlib.import_module(f"docs.generators.{module.name}")
        if hasattr(generator, "pages"):
            texts.update(generator.pages())
    return texts


def unexpected_pages(texts: dict[str, str]) -> list[Path]:
    """Return the pages in the folders of generated pages that no generator writes."""
    there = (file for folder in COMPLETE_FOLDERS for file in (DOCS / folder).iterdir())
    return [file for file in there if file.relative_to(DOCS).as_posix() not in texts]


def main() -> int:
    """Write the pages that differ, and remove those of rules that do not exist."""
    texts = generated_pages()
    for file in unexpected_pages(texts):
        file.unlink()
        print(f"removed {file.relative_to(DOCS)}")
    for name, text in texts.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS.parent))  # as a program, Python finds only the modules of this folder
    sys.exit(main())
