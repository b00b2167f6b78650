"""The comparison with a newer checkout of the real server, in small repositories that the tests make."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.rules.message_sources import packaging, warehouse
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rejection, Rule
from fake_pypi.rules.upload import Upload
from maintenance import upstream
from maintenance.git_clone import GitClone
from maintenance.upstream import Comparison, compare
from maintenance.upstream_text import as_markdown, as_text

LEGACY = "warehouse/forklift/legacy.py"
VIEW = '''
from errors import HTTPBadRequest

def file_upload(request):
    """Accept a file."""
    if request.size > 100:
        raise HTTPBadRequest(f"File too large: {request.size} bytes.")
    if request.name in used:
        raise _exc_with_message(HTTPBadRequest, "This name is in use " "already.")

def _is_valid_dist_file(name):
    if not name:
        return False, "File is not a zipfile"
    return True, None
'''
YARA = 'rule pyarmor_encrypted {\n  meta:\n    message = "PyArmor is not allowed here."\n  condition: any of them\n}\n'
PINS = "packaging==26.2 \\\n    --hash=sha256:00\ntrove-classifiers==2026.1.14.14\nstdlib-list==0.12.0\n"


class TestedRule(Rule):
    """A rule of these tests."""

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None


class TooLarge(TestedRule):
    id = "too-large"
    message_template = "File too large: {size} bytes."
    source = warehouse("forklift/legacy.py", "file_upload")


class NameInUse(TestedRule):
    id = "name-in-use"
    message_template = "This name is in use already."
    source = warehouse("forklift/legacy.py", "file_upload")


class NotAZipfile(TestedRule):
    id = "not-a-zipfile"
    message_template = "Invalid distribution file. File is not a zipfile"
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")


class PyArmor(TestedRule):
    id = "pyarmor"
    message_template = "PyArmor is not allowed here."
    source = warehouse("utils/scanner_rules/pyarmor.yar", "pyarmor_encrypted")


class OldMetadata(TestedRule):
    id = "old-metadata"
    message_template = "{version} is not a valid metadata version"
    source = packaging("metadata.py", "_Validator._process_metadata_version")


RULES = (TooLarge(), NameInUse(), NotAZipfile(), PyArmor(), OldMetadata())


class Repository:
    """A git repository with one commit, which is the pinned one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet")
        self.write(LEGACY, VIEW)
        self.write("warehouse/utils/scanner_rules/pyarmor.yar", YARA)
        self.write("requirements/main.txt", PINS)
        self.pinned = self.commit()

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.folder), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")
        return self.git("rev-parse", "HEAD")

    def compared(self) -> Comparison:
        self.commit()
        return compare(GitClone(self.folder), self.pinned, "HEAD", RULES)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "clone")


def test_comments_docstrings_and_formatting_are_no_changes(repository: Repository) -> None:
    repository.replace(LEGACY, '"""Accept a file."""', '"""Accept an upload."""\n    # A comment.')
    repository.replace(LEGACY, "return False, ", "return (\n            False,\n            ")
    repository.replace(LEGACY, '"File is not a zipfile"', '"File is not a zipfile",\n        )')
    comparison = repository.compared()
    assert not comparison
    assert "Nothing changed" in as_text(comparison)
    assert "Nothing changed" in as_markdown(comparison)


def test_a_changed_function_lists_its_rules_and_those_whose_message_is_gone(repository: Repository) -> None:
    repository.replace(LEGACY, "This name is in use ", "This name was taken ")
    [change] = repository.compared().places
    assert (change.place.name, change.change) == ("file_upload", "changed")
    assert [rule.id for rule in change.rules] == ["too-large", "name-in-use"]
    assert [rule.id for rule in change.lost] == ["name-in-use"]


def test_a_changed_condition_with_the_same_messages_loses_none(repository: Repository) -> None:
    repository.replace(LEGACY, "> 100", "> 200")
    [change] = repository.compared().places
    assert (change.change, change.lost) == ("changed", ())


def test_a_message_that_no_rule_has_is_listed_with_its_function(repository: Repository) -> None:
    repository.replace(
        LEGACY,
        "    return True, None",
        '    if name == "a":\n        return False, f"No {name} today"\n    return True, None',
    )
    repository.write("warehouse/forklift/errors.py", 'class Full(Error, message="The disk is full."): ...\n')
    messages = [(new.path, new.name, new.message) for new in repository.compared().messages]
    assert messages == [
        (LEGACY, "_is_valid_dist_file", "No {} today"),
        ("warehouse/forklift/errors.py", "Full", "The disk is full."),
    ]


def test_log_lines_and_keys_are_no_messages(repository: Repository) -> None:
    repository.replace(LEGACY, "    return True, None", '    log.info("checked the name")\n    return True, None')
    assert repository.compared().messages == []


def test_a_function_that_moved_is_found_in_its_new_file(repository: Repository) -> None:
    before, _, function = VIEW.partition("def _is_valid_dist_file")
    repository.write(LEGACY, before)
    repository.write("warehouse/utils/archives.py", f"def _is_valid_dist_file{function}")
    [change] = repository.compared().places
    assert (change.change, change.moved_to, change.lost) == ("moved", "warehouse/utils/archives.py", ())


def test_a_function_that_disappeared_takes_its_message_along(repository: Repository) -> None:
    repository.write(LEGACY, VIEW.partition("def _is_valid_dist_file")[0])
    [change] = repository.compared().places
    assert (change.change, [rule.id for rule in change.lost]) == ("disappeared", ["not-a-zipfile"])


def test_a_deleted_file_is_a_function_that_disappeared(repository: Repository) -> None:
    (repository.folder / "warehouse/utils/scanner_rules/pyarmor.yar").unlink()
    [change] = repository.compared().places
    assert (change.change, [rule.id for rule in change.lost]) == ("disappeared", ["pyarmor"])


def test_a_yara_rule_with_another_message_is_changed(repository: Repository) -> None:
    repository.replace("warehouse/utils/scanner_rules/pyarmor.yar", "not allowed here", "prohibited")
    comparison = repository.compared()
    assert [(change.change, len(change.lost)) for change in comparison.places] == [("changed", 1)]
    assert [new.message for new in comparison.messages] == ["PyArmor is prohibited."]


def test_a_place_that_the_pinned_commit_does_not_have_is_reported(repository: Repository) -> None:
    class Misplaced(TooLarge):
        source = warehouse("forklift/legacy.py", "upload_file")

    comparison = compare(GitClone(repository.folder), repository.pinned, "HEAD", [Misplaced()])
    assert [change.change for change in comparison.places] == ["unknown"]
    assert "correct `source`" in as_text(comparison)


def test_a_new_version_of_a_library_counts_its_rules(repository: Repository) -> None:
    repository.replace("requirements/main.txt", "packaging==26.2", "packaging==26.4")
    repository.replace("requirements/main.txt", "stdlib-list==0.12.0", "stdlib-list==0.13.0")
    pins = [(pin.library, pin.before, pin.after, pin.rules) for pin in repository.compared().pins]
    assert pins == [("packaging", "26.2", "26.4", 1), ("stdlib-list", "0.12.0", "0.13.0", 0)]


def test_the_issue_has_a_task_for_each_function_and_links(repository: Repository) -> None:
    repository.replace(LEGACY, "This name is in use ", "This `name|` was taken ")
    repository.replace("requirements/main.txt", "packaging==26.2", "packaging==26.4")
    comparison = repository.compared()
    text = as_markdown(comparison)
    assert f"/compare/{repository.pinned}...{comparison.newer})" in text
    assert re.search(r"^- \[ \] \[warehouse/forklift/legacy\.py\]\(\S+\): `file_upload` changed$", text, re.MULTILINE)
    assert "  - `name-in-use`: **its message is gone**" in text
    assert r"`This 'name\|' was taken already.`" in text
    assert "- packaging: 26.2 → 26.4; compare the 1 rules" in text


def test_the_command_prints_the_changes_and_writes_the_issue(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue = tmp_path / "issue.md"
    command = [str(repository.folder), "--from", repository.pinned, "--markdown", str(issue)]
    assert upstream.main(command, RULES) == 0
    assert not issue.exists()
    repository.replace(LEGACY, "> 100", "> 200")
    repository.commit()
    assert upstream.main(command, RULES) == 0
    assert "file_upload changed" in capsys.readouterr().out
    assert "`file_upload` changed" in issue.read_text(encoding="utf-8")


def test_a_shallow_clone_without_the_pinned_commit_says_how_to_fetch_it(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.replace(LEGACY, "> 100", "> 200")
    repository.commit()
    clone = tmp_path / "shallow"
    url = repository.folder.as_uri()
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", url, str(clone)], check=True, capture_output=True)
    assert upstream.main([str(clone), "--from", repository.pinned], RULES) == 2
    error = capsys.readouterr().err
    assert f"git -C {clone} fetch --unshallow" in error
    assert error.count("\n") == 1
    subprocess.run(["git", "-C", str(clone), "fetch", "--quiet", "--unshallow"], check=True, capture_output=True)
    assert upstream.main([str(clone), "--from", repository.pinned], RULES) == 0


def test_a_commit_that_a_full_clone_lacks_has_to_be_fetched(repository: Repository) -> None:
    with pytest.raises(UsageError, match=re.escape(f"git -C {repository.folder} fetch origin")):
        compare(GitClone(repository.folder), "0" * 40, "HEAD", RULES)


def test_a_folder_that_is_no_clone_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        assert upstream.main([str(folder)]) == 2
    assert "is not a git clone" in capsys.readouterr().err


def test_code_of_a_newer_python_is_wrong_usage_that_names_the_file(repository: Repository) -> None:
    repository.write(LEGACY, VIEW + "\nthis is not\n")
    with pytest.raises(UsageError, match=r"cannot read warehouse/forklift/legacy\.py, line"):
        repository.compared()


def test_every_rule_of_pypi_can_be_compared(repository: Repository) -> None:
    """This repository has only three of the functions, so all the others are unknown to its first commit."""
    comparison = compare(GitClone(repository.folder), repository.pinned, "HEAD", PYPI.rules)
    known = {change.place.name for change in comparison.places if change.change != "unknown"}
    assert known == set()
    assert len(comparison.places) > 15
