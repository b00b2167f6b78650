"""`fake-pypi check`: every rejection of every file, and paths of all kinds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi.cli import main
from fake_pypi.packages.metadata_rewriting import rewrite_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.offline_check import check_files
from fake_pypi.rules.order import PYPI
from fake_pypi.sites import TESTPYPI
from tests.unit.cli.schemas import valid_document
from tests.unit.rules.archives import OddMember, sdist_of


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return wheel("demo", "1.0").write_to(tmp_path)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    package = wheel("worse", "1.0", classifiers=["Private :: Do Not Upload"], summary="x" * 513)
    return package.write_to(tmp_path)


def test_valid_files_are_accepted(tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = sdist("demo", "1.0").write_to(tmp_path)
    assert main(["check", str(good), str(other)]) == 0
    output = capsys.readouterr().out
    assert f"{good}: PyPI would accept it\n" in output
    assert f"{other}: PyPI would accept it\n" in output


def test_every_rejection_has_the_message_of_pypi(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bad)]) == 1
    output = capsys.readouterr().out
    assert f"{bad}: PyPI would reject it, for 2 reasons\n" in output
    assert "\n  400 'Private :: Do Not Upload' is not a valid classifier. See https://" in output
    assert "\n  400 'summary' field must be 512 characters or less. See https://" in output
    assert output.count("\n  -> ") == 2
    assert "fake-pypi rules unknown-classifier" in output


def test_a_good_file_does_not_hide_a_bad_one(good: Path, bad: Path) -> None:
    assert main(["check", str(bad), str(good)]) == 1


def test_the_unchecked_questions_are_two_lines(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(good)])
    verdict, empty, *not_checked = capsys.readouterr().out.splitlines()
    assert (verdict, empty) == (f"{good}: PyPI would accept it", "")
    assert len(not_checked) == 2
    assert not_checked[0].startswith("Not checked, because only PyPI knows: whether the name is yours or free")


def test_a_single_reason_is_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wheel("worse", "1.0", summary="x" * 513).write_to(tmp_path)
    main(["check", str(file)])
    assert f"{file}: PyPI would reject it, for 1 reason\n" in capsys.readouterr().out


def test_json_has_the_same_content(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(good), str(bad)]) == 1
    output = valid_document(capsys.readouterr().out, "check")
    assert [each["accepted"] for each in output["files"]] == [True, False]
    assert output["files"][0] == {"path": str(good), "accepted": True, "rejections": []}
    rejection = output["files"][1]["rejections"][0]
    assert set(rejection) == {"rule", "status", "message", "members", "explanation", "remedy"}
    assert [each["rule"] for each in output["files"][1]["rejections"]] == ["unknown-classifier", "summary-length"]
    assert output["not_checked"] == PYPI.unknown_offline()


def test_a_rule_can_be_left_out(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left_out = ["--without", "unknown-classifier", "--without", "summary-length"]
    assert main(["check", *left_out, str(bad)]) == 0
    assert main(["check", "--without", "no-such-rule", str(bad)]) == 2
    assert "there is no rule 'no-such-rule'" in capsys.readouterr().err


def test_rules_about_the_sender_and_the_site_never_reject_a_file(good: Path) -> None:
    assert check_files([good], PYPI)[0].rejections == ()
    assert check_files([good], PYPI, site=TESTPYPI)[0].rejections == ()


def test_metadata_that_lacks_the_version_is_not_taken_for_complete(tmp_path: Path) -> None:
    path = rewrite_metadata(wheel("demo", "1.0"), {"version": []}).write_to(tmp_path)
    assert [stop.rule.id for stop in check_files([path])[0].rejections][:1] == ["missing-version"]


def test_a_pattern_that_the_shell_did_not_expand_is_expanded(
    good: Path, bad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(good.parent / "*.whl")]) == 1
    output = capsys.readouterr().out
    assert f"{good}: " in output
    assert f"{bad}: " in output
    monkeypatch.chdir(good.parent)
    assert main(["check", "dem*"]) == 0


def test_signatures_and_attestations_are_ignored(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for ending in (".asc", ".publish.attestation"):
        good.with_name(good.name + ending).write_text("signed", encoding="utf-8")
    assert main(["check", str(good.parent / "demo*")]) == 0
    assert "attestation" not in capsys.readouterr().out


def test_the_same_file_twice_is_checked_once(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(good), str(good)]) == 0
    assert capsys.readouterr().out.count("PyPI would accept it") == 1


def test_a_link_counts_under_its_own_name(good: Path) -> None:
    link = good.with_name("renamed-1.0-py3-none-any.whl")
    link.symlink_to(good)
    assert "invalid-filename-projectname" in [stop.rule.id for stop in check_files([link])[0].rejections]


def a_folder(tmp_path: Path) -> Path:
    return tmp_path


def nothing(tmp_path: Path) -> Path:
    return tmp_path / "nothing.whl"


def a_broken_link(tmp_path: Path) -> Path:
    link = tmp_path / "link-1.0-py3-none-any.whl"
    link.symlink_to(tmp_path / "gone")
    return link


def no_match(tmp_path: Path) -> Path:
    return tmp_path / "dist" / "*"


def only_signatures(tmp_path: Path) -> Path:
    path = tmp_path / "demo-1.0.tar.gz.asc"
    path.touch()
    return path


@pytest.mark.parametrize("path", [a_folder, nothing, a_broken_link, no_match, only_signatures])
def test_paths_that_cannot_be_checked_are_wrong_usage_in_one_line(
    path: Callable[[Path], Path], tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [str(path(tmp_path))] if path is only_signatures else [str(good), str(path(tmp_path))]
    assert main(["check", *wrong]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("fake-pypi: ")
    assert output.err.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_wrong_usage(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good.chmod(0)
    assert main(["check", str(good)]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["empty-1.0-py3-none-any.whl", "empty-1.0.tar.gz", "README.md", "no_extension"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"# hello"])
def test_a_file_that_is_no_distribution_is_rejected(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["check", str(path)]) == 1


# ---- every rejection, with the member that it is about

HOOK = b"__pyarmor" + b"_enter__"
ENCRYPTED = b"---%s PYE FILE---\n---%s PYE FILE---" % (b"BEGIN", b"END")
TOKEN = b"pypi-" + b"AgEIcHlwaS5vcmcCJ" + b"x" * 150
REJECTED_CONTENT: dict[str, str | bytes] = {
    "demo/a.py": ENCRYPTED,
    "demo/b.py": HOOK + ENCRYPTED,
    "demo/c.py": HOOK,
    "demo/d.py": TOKEN,
    "demo/e.txt": HOOK,
}


def rejected_members(path: Path) -> dict[str, tuple[str, ...]]:
    return {stop.rule.id: stop.members for stop in check_files([path])[0].rejections}


@pytest.mark.parametrize(("build", "top"), [(wheel, ""), (sdist, "demo-1.0/src/")], ids=["wheel", "sdist"])
def test_every_rejected_content_is_named_with_its_members(
    build: Callable[..., Package], top: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = build("demo", "1.0", files=REJECTED_CONTENT).write_to(tmp_path)
    a, b, c, d = (f"{top}demo/{name}.py" for name in "abcd")
    assert rejected_members(path) == {
        "pyarmor-encrypted": (b, c),
        "exposed-token": (d,),
        "sourcedefender-encrypted": (a, b),
    }
    assert main(["check", str(path)]) == 1
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("     in ")]
    assert lines == [f"in {b}, {c}", f"in {d}", f"in {a}, {b}"]
    main(["check", "--json", str(path)])
    rejections = json.loads(capsys.readouterr().out)["files"][0]["rejections"]
    assert [rejection["members"] for rejection in rejections] == [[b, c], [d], [a, b]]


def test_more_than_ten_members_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheel("demo", files={f"demo/{number:02}.py": HOOK for number in range(13)}).write_to(tmp_path)
    main(["check", str(path)])
    assert "demo/08.py, demo/09.py, 3 more\n" in capsys.readouterr().out


def test_control_characters_in_a_name_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = wheel("demo", files={"demo/\x1b[2J.py": HOOK}).write_to(tmp_path)
    main(["check", str(path)])
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert r"in 'demo/\x1b[2J.py'" in printed


def test_every_wrong_value_of_a_field_is_named(tmp_path: Path) -> None:
    path = wheel(
        "demo",
        classifiers=["Private :: One", "Private :: Two"],
        headers=[("Requires-Dist", "one >"), ("Requires-Dist", "two >"), ("Requires-Dist", "two >")],
    ).write_to(tmp_path)
    messages = [stop.message.partition(" See")[0] for stop in check_files([path])[0].rejections]
    assert messages == [
        "'one >' is invalid for 'requires-dist'.",
        "'two >' is invalid for 'requires-dist'.",
        "'Private :: One' is not a valid classifier.",
        "'Private :: Two' is not a valid classifier.",
    ]


def test_every_licence_file_that_is_missing_is_named(tmp_path: Path) -> None:
    path = wheel("demo", headers=[("License-File", "LICENSE"), ("License-File", "NOTICE")]).write_to(tmp_path)
    messages = [stop.message for stop in check_files([path])[0].rejections]
    assert [message.split()[1] for message in messages] == ["LICENSE", "NOTICE"]


@pytest.mark.parametrize(
    ("member", "rule", "name"),
    [
        (OddMember(name=b"demo/odd.py", crc=1), "unreadable-archive", "demo/odd.py"),
        (OddMember(name=b"demo/odd.py", flags=0x1), "encrypted-member", "demo/odd.py"),
        (OddMember(name=b"demo/odd.py", content=b"no deflate", method=8), "archive-breaks-pypi", "demo/odd.py"),
        (OddMember(name=b"demo/odd.txt", method=12), "unsupported-compression", "demo/odd.txt"),
        (OddMember(name=b"demo/o\tdd.txt"), "zip-member-name", "demo/o\tdd.txt"),
        (OddMember(name=b"demo/odd.txt", flags=0x8), "zip-data-descriptor", "demo/odd.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_member_is_named(member: OddMember, rule: str, name: str, tmp_path: Path) -> None:
    assert rejected_members(member.in_wheel().write_to(tmp_path))[rule] == (name,)


def test_the_folders_at_the_top_of_an_sdist_are_named(tmp_path: Path) -> None:
    path = sdist_of(("demo-1.0/a", b""), ("other/b", b""), ("other/c", b""), ("d", b"")).write_to(tmp_path)
    assert rejected_members(path)["sdist-top-level"] == ("demo-1.0", "other", "d")


def test_a_pattern_without_files_is_wrong_usage_unless_that_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pattern = str(tmp_path / "dist" / "*")
    assert main(["check", pattern]) == 2
    assert "nothing matches" in capsys.readouterr().err
    assert main(["check", "--allow-none", "--json", pattern]) == 0
    assert valid_document(capsys.readouterr().out, "check")["files"] == []
    assert main(["check", "--allow-none", str(tmp_path / "demo-1.0.tar.gz")]) == 2
