"""Named ways of being broken: `wheel("demo", broken="no-record")`.

`DEFECTS` is the whole list. Whether PyPI takes such a file is said where it is surprising: PyPI looks at less
than installers do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fake_pypi.errors import NotFound
from fake_pypi.packages import damage
from fake_pypi.packages.build_backend import Member

Members = list[Member]
ANY = ("wheel", "sdist")


def _as_it_was(content: bytes) -> bytes:
    return content


def _as_they_were(members: Members, _folder: str) -> Members:
    return members


@dataclass(frozen=True)
class Defect:
    """One way of being broken: what it means, and what it does to metadata, members or archive."""

    name: str
    meaning: str
    kinds: tuple[str, ...] = ANY
    metadata: Callable[[bytes], bytes] = _as_it_was
    members: Callable[[Members, str], Members] = _as_they_were
    archive: Callable[[bytes], bytes] = _as_it_was


WHEEL, SDIST = ("wheel",), ("sdist",)

_ALL = (
    # what is inside is wrong
    Defect(
        "wrong-name-inside",
        "The metadata names another project. PyPI does not look.",
        metadata=damage.other_name,
    ),
    Defect("wrong-version-inside", "The metadata has another version.", metadata=damage.other_version),
    Defect("garbage-metadata", "The metadata is binary rubbish. PyPI does not look.", metadata=damage.rubbish),
    Defect("no-metadata", "The wheel has no METADATA.", WHEEL, members=damage.without("METADATA")),
    Defect("no-wheel-file", "The wheel has no file WHEEL.", WHEEL, members=damage.without("WHEEL")),
    Defect("no-record", "The wheel has no RECORD.", WHEEL, members=damage.without("RECORD")),
    Defect("empty-record", "RECORD is empty. PyPI takes it.", WHEEL, members=damage.record_saying(b"")),
    Defect("binary-record", "RECORD is not text.", WHEEL, members=damage.record_saying(b"\xff\xfe\x00")),
    Defect("wrong-record-hash", "RECORD lists hashes that do not hold.", WHEEL, members=damage.wrong_hashes),
    Defect(
        "wrong-dist-info",
        "The dist-info folder is called after another version.",
        WHEEL,
        members=damage.moved,
    ),
    Defect(
        "second-dist-info",
        "There is a second dist-info folder, of another project.",
        WHEEL,
        members=damage.second,
    ),
    Defect("bad-entry-points", "entry_points.txt cannot be read.", WHEEL, members=damage.bad_entry_points),
    Defect("sdist-without-pkg-info", "The sdist has no PKG-INFO.", SDIST, members=damage.without("PKG-INFO")),
    Defect(
        "no-pyproject",
        "The sdist has no pyproject.toml. PyPI takes it.",
        SDIST,
        members=damage.without("pyproject.toml"),
    ),
    Defect(
        "build-fails",
        "The sdist's build backend fails when it is asked for a wheel.",
        SDIST,
        members=damage.failing_backend,
    ),
    Defect("two-top-folders", "The sdist unpacks into two folders.", SDIST, members=damage.second_top_folder),
    # members that no installer should trust
    Defect("absolute-path", "A member has an absolute path.", members=damage.with_member("/absolute.txt")),
    Defect(
        "parent-path",
        "A member climbs out of the archive with `..`. PyPI takes it.",
        members=damage.with_member("../outside.txt"),
    ),
    Defect("duplicate-member", "Two members have the same name.", WHEEL, archive=damage.repeated),
    Defect(
        "control-character",
        "A member has a control character in its name.",
        WHEEL,
        members=damage.with_member("demo\x01.txt"),
    ),
    # the archive itself is wrong
    Defect("bad-zip", "The wheel is not a zip archive at all.", WHEEL, archive=damage.no_archive),
    Defect("bad-tar", "The sdist is gzipped text, not a tar archive.", SDIST, archive=damage.gzipped_text),
    Defect("empty-file", "The file has no bytes.", archive=damage.nothing),
    Defect("truncated", "The second half of the file is missing.", archive=damage.first_half),
    Defect("trailing-data", "Bytes follow the end of the archive.", archive=damage.followed_by_junk),
    Defect("prepended-data", "Bytes stand before the archive.", archive=damage.preceded_by_junk),
    Defect("encrypted-member", "A member claims to be encrypted.", WHEEL, archive=damage.encrypted),
    Defect("bad-crc", "A member does not match its checksum. PyPI takes it.", WHEEL, archive=damage.bad_crc),
    Defect("unsupported-compression", "The members are compressed with bzip2.", WHEEL, archive=damage.bzipped),
    Defect(
        "data-descriptor",
        "Members have data descriptors, as zips written to a pipe do.",
        WHEEL,
        archive=damage.streamed,
    ),
    Defect("zip-bomb", "A few kilobytes unpack to 65 MiB.", WHEEL, archive=damage.bomb),
)

DEFECTS = {each.name: each for each in _ALL}
"""Every known way of being broken, by name."""

SOUND = Defect("sound", "Nothing is wrong.")


def defect(name: str | None, kind: str) -> Defect:
    """The way of being broken with this name, for a `wheel` or an `sdist`; None is a sound file.

    >>> defect("no-record", "wheel").meaning
    'The wheel has no RECORD.'

    `NotFound`, with the list of known names, if it is unknown or not for this kind of file.
    """
    if name is None:
        return SOUND
    known = DEFECTS.get(name)
    if known is None or kind not in known.kinds:
        there = [each.name for each in _ALL if kind in each.kinds]
        raise NotFound(f"way for {'an' if kind == 'sdist' else 'a'} {kind} to be broken called", name, there)
    return known
