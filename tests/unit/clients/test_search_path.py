from __future__ import annotations

import os
import sys
from pathlib import Path

from fake_pypi.clients import search_path


def test_the_activated_environment_is_kept_if_it_is_the_running_one() -> None:
    in_one = sys.prefix != sys.base_prefix
    assert search_path.active_environment({"VIRTUAL_ENV": sys.prefix}) == (
        {"VIRTUAL_ENV": sys.prefix} if in_one else {}
    )


def test_folders_before_the_running_environment_stay_before_it(tmp_path: Path) -> None:
    own = os.pathsep.join(search_path._environment_folders())
    path = search_path.search_path({"PATH": f"/recorder{os.pathsep}{own}{os.pathsep}/usr/bin"}, tmp_path, tmp_path)
    folders = path.split(os.pathsep)
    assert folders.index("/recorder") < folders.index(own.split(os.pathsep)[0]) < folders.index("/usr/bin")


def test_the_running_environment_comes_first_where_the_path_does_not_name_it(tmp_path: Path) -> None:
    path = search_path.search_path({"PATH": "/usr/bin"}, tmp_path, tmp_path)
    assert path.split(os.pathsep)[0] == search_path._environment_folders()[0]
