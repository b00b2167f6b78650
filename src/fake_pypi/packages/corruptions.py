"""The corruptions that a builder can apply to a distribution, by name: `wheel("demo", broken="no-record")`.

`CORRUPTIONS` lists them all. A description mentions PyPI where PyPI accepts the file: it checks less than installers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fake_pypi.errors import NotFound
from fake_pypi.packages import mutations
from fake_pypi.packages.build_backend import Member

Members = list[Member]
BOTH = ("wheel", "sdist")
WHEEL, SDIST = ("wheel",), ("sdist",)


def _unchanged(content: bytes) -> bytes:
    return content


def _unchanged_members(members: Members, _folder: str) -> Members:
    return members


@dataclass(frozen=True)
class Corruption:
    """One way to corrupt a distribution: what is wrong, and the functions that change metadata, members and archive.

    `kinds` are the kinds of file that can be corrupted in this way.
    """

    name: str
    description: str
    kinds: tuple[str, ...] = BOTH
    metadata: Callable[[bytes], bytes] = _unchanged
    members: Callable[[Members, str], Members] = _unchanged_members
    archive: Callable[[bytes], bytes] = _unchanged


_ALL = (
    # wrong contents
    Corruption(
        "wrong-name-inside",
        "The metadata names another project. PyPI does not check it.",
        metadata=mutations.replace_name,
    ),
    Corruption("wrong-version-inside", "The metadata has another version.", metadata=mutations.replace_version),
    Corruption(
        "garbage-metadata",
        "The metadata is binary data. PyPI does not check it.",
        metadata=mutations.replace_with_binary,
    ),
    Corruption("no-metadata", "The wheel has no METADATA.", WHEEL, members=mutations.remove_member("METADATA")),
    Corruption("no-wheel-file", "The wheel has no file WHEEL.", WHEEL, members=mutations.remove_member("WHEEL")),
    Corruption("no-record", "The wheel has no RECORD.", WHEEL, members=mutations.remove_member("RECORD")),
    Corruption("empty-record", "RECORD is empty. PyPI accepts it.", WHEEL, members=mutations.replace_record(b"")),
    Corruption("binary-record", "RECORD is not text.", WHEEL, members=mutations.replace_record(b"\xff\xfe\x00")),
    Corruption(
        "wrong-record-hash",
        "The hashes in RECORD are wrong.",
        WHEEL,
        members=mutations.corrupt_record_hashes,
    ),
    Corruption(
        "wrong-dist-info",
        "The dist-info folder has the name of another version.",
        WHEEL,
        members=mutations.rename_dist_info,
    ),
    Corruption(
        "second-dist-info",
        "There is a second dist-info folder, of another project.",
        WHEEL,
        members=mutations.add_second_dist_info,
    ),
    Corruption(
        "bad-entry-points",
        "entry_points.txt cannot be read.",
        WHEEL,
        members=mutations.add_invalid_entry_points,
    ),
    Corruption(
        "sdist-without-pkg-info",
        "The sdist has no PKG-INFO.",
        SDIST,
        members=mutations.remove_member("PKG-INFO"),
    ),
    Corruption(
        "no-pyproject",
        "The sdist has no pyproject.toml. PyPI accepts it.",
        SDIST,
        members=mutations.remove_member("pyproject.toml"),
    ),
    Corruption(
        "build-fails",
        "The sdist's build backend fails to build a wheel.",
        SDIST,
        members=mutations.replace_build_backend,
    ),
    Corruption(
        "two-top-folders",
        "The sdist unpacks into two folders.",
        SDIST,
        members=mutations.add_second_top_folder,
    ),
    # unsafe members
    Corruption("absolute-path", "A member has an absolute path.", members=mutations.add_member("/absolute.txt")),
    Corruption(
        "parent-path",
        "The path of a member leads out of the archive with `..`. PyPI accepts it.",
        members=mutations.add_member("../outside.txt"),
    ),
    Corruption(
        "duplicate-member",
        "Two members have the same name.",
        WHEEL,
        archive=mutations.duplicate_first_member,
    ),
    Corruption(
        "control-character",
        "A member has a control character in its name.",
        WHEEL,
        members=mutations.add_member("demo\x01.txt"),
    ),
    # wrong archives
    Corruption("bad-zip", "The wheel is not a zip archive.", WHEEL, archive=mutations.replace_with_text),
    Corruption(
        "bad-tar",
        "The sdist is gzipped text, not a tar archive.",
        SDIST,
        archive=mutations.replace_with_gzipped_text,
    ),
    Corruption("empty-file", "The file is empty.", archive=mutations.remove_everything),
    Corruption("truncated", "The second half of the file is missing.", archive=mutations.truncate),
    Corruption("trailing-data", "There are bytes behind the archive.", archive=mutations.append_data),
    Corruption("prepended-data", "There are bytes before the archive.", archive=mutations.prepend_data),
    Corruption("encrypted-member", "A member is marked as encrypted.", WHEEL, archive=mutations.set_encryption_flag),
    Corruption(
        "bad-crc",
        "A member does not match its checksum. PyPI accepts it.",
        WHEEL,
        archive=mutations.corrupt_content,
    ),
    Corruption(
        "unsupported-compression",
        "The members are compressed with bzip2.",
        WHEEL,
        archive=mutations.compress_with_bzip2,
    ),
    Corruption(
        "data-descriptor",
        "Members have data descriptors, as in zip files that are written to a pipe.",
        WHEEL,
        archive=mutations.add_data_descriptors,
    ),
    Corruption("zip-bomb", "A few kilobytes unpack to 65 MiB.", WHEEL, archive=mutations.add_zeros),
)

CORRUPTIONS = {corruption.name: corruption for corruption in _ALL}
"""Every corruption, by name."""

NO_CORRUPTION = Corruption("none", "Nothing is wrong.")


def find_corruption(name: str | None, kind: str) -> Corruption:
    """Return the corruption of this name for a `wheel` or an `sdist`; `NO_CORRUPTION` for None.

    >>> find_corruption("no-record", "wheel").description
    'The wheel has no RECORD.'

    Raises `NotFound`, which lists the possible names, if there is none of this name for this kind of file.
    """
    if name is None:
        return NO_CORRUPTION
    corruption = CORRUPTIONS.get(name)
    if corruption is None or kind not in corruption.kinds:
        raise NotFound(f"{kind} corruption", name, [known.name for known in _ALL if kind in known.kinds])
    return corruption
