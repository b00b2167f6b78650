"""The variables of the user that are passed to a shell, by purpose. No others are passed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache

from fake_pypi.clients.private_variables import is_private
from fake_pypi.errors import UsageError

CI_VARIABLES = """
    GITHUB_BASE_REF GITHUB_EVENT_NAME GITHUB_HEAD_REF GITHUB_REF GITHUB_REF_NAME GITHUB_REF_TYPE GITHUB_REPOSITORY
    GITHUB_REPOSITORY_OWNER GITHUB_RUN_ATTEMPT GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_SHA RUNNER_ARCH RUNNER_OS
    CI_COMMIT_BRANCH CI_COMMIT_REF_NAME CI_COMMIT_SHA CI_COMMIT_SHORT_SHA CI_COMMIT_TAG CI_COMMIT_TIMESTAMP
    CI_PIPELINE_ID CI_PIPELINE_IID CI_PROJECT_DIR CI_PROJECT_NAME CI_PROJECT_PATH
    BUILD_BUILDID BUILD_BUILDNUMBER BUILD_ID BUILD_NUMBER BUILD_SOURCEBRANCH BUILD_SOURCEBRANCHNAME BUILD_SOURCEVERSION
    BUILDKITE_BRANCH BUILDKITE_BUILD_NUMBER BUILDKITE_COMMIT BUILDKITE_TAG
    CIRCLE_BRANCH CIRCLE_BUILD_NUM CIRCLE_SHA1 CIRCLE_TAG
    TRAVIS_BRANCH TRAVIS_BUILD_NUMBER TRAVIS_COMMIT TRAVIS_TAG
    GIT_BRANCH GIT_COMMIT READTHEDOCS READTHEDOCS_VERSION
"""

PASSED: Mapping[str, tuple[str, ...]] = {
    heading: tuple(names.split())
    for heading, names in {
        "Locale and time zone": "LANG LANGUAGE LC_* TZ",
        "Terminal and editor": "TERM COLORTERM TERMINFO COLUMNS LINES NO_COLOR EDITOR VISUAL PAGER LESS",
        "User, search path and libraries": """
            PATH PYTHONPATH SHELL USER LOGNAME USERNAME HOSTNAME EMAIL PWD
            LD_LIBRARY_PATH LD_PRELOAD LD_RUN_PATH DYLD_FALLBACK_LIBRARY_PATH DYLD_LIBRARY_PATH
        """,
        "Python": """
            PYTHONASYNCIODEBUG PYTHONBREAKPOINT PYTHONCOERCECLOCALE PYTHONDEVMODE PYTHONDONTWRITEBYTECODE
            PYTHONFAULTHANDLER PYTHONHASHSEED PYTHONIOENCODING PYTHONLEGACYWINDOWSSTDIO PYTHONMALLOC
            PYTHONNODEBUGRANGES PYTHONNOUSERSITE PYTHONOPTIMIZE PYTHONPROFILEIMPORTTIME PYTHONPYCACHEPREFIX
            PYTHONSAFEPATH PYTHONTRACEMALLOC PYTHONUNBUFFERED PYTHONUTF8 PYTHONVERBOSE PYTHONWARNDEFAULTENCODING
            PYTHONWARNINGS PYTHON_CPU_COUNT PYTHON_GIL PYTHON_JIT
        """,
        "Compilers and their flags": """
            CC CXX CPP FC F77 F90 LD LDSHARED LDCXXSHARED OBJC AR ARFLAGS AS NM OBJCOPY RANLIB READELF STRIP SWIG
            CFLAGS CXXFLAGS CPPFLAGS FCFLAGS FFLAGS LDFLAGS LDLIBS LIBS OBJCFLAGS ARCHFLAGS
            CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX
            MACOSX_DEPLOYMENT_TARGET SDKROOT DEVELOPER_DIR _PYTHON_HOST_PLATFORM ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS
            CUDACXX CUDAHOSTCXX CUDA_HOME CUDA_PATH CUDA_VISIBLE_DEVICES TORCH_CUDA_ARCH_LIST ROCM_HOME ROCM_PATH
            OMP_* OPENBLAS_NUM_THREADS MKL_NUM_THREADS NPY_* JAVA_HOME GOPATH GOROOT
            CONDA_BUILD_SYSROOT HOMEBREW_CELLAR HOMEBREW_PREFIX HOMEBREW_REPOSITORY
            NIX_BINTOOLS* NIX_BUILD_CORES NIX_CC* NIX_CFLAGS* NIX_ENFORCE_PURITY NIX_HARDENING_ENABLE NIX_LDFLAGS*
            NIX_STORE
        """,
        "Build tools": """
            MAKE MAKEFLAGS MAKELEVEL MAX_JOBS NINJA* CMAKE CMAKE_* MESON MESON_* CONFIG_SITE ac_cv_*
            PKG_CONFIG PKG_CONFIG_* CCACHE_BASEDIR CCACHE_DIR CCACHE_DISABLE CCACHE_SLOPPINESS SCCACHE_DIR
            SKBUILD_* SETUPTOOLS_* DIST_EXTRA_CONFIG DISTUTILS_* CYTHON* AUDITWHEEL_* HATCH_BUILD_* PDM_BUILD_*
            CIBUILDWHEEL
        """,
        "Rust": """
            CARGO CARGO_BUILD_* CARGO_ENCODED_RUSTFLAGS CARGO_INCREMENTAL CARGO_NET_OFFLINE CARGO_PROFILE_*
            CARGO_TARGET_* CARGO_TERM_* RUSTC RUSTC_BOOTSTRAP RUSTC_WRAPPER RUSTDOC RUSTDOCFLAGS RUSTFLAGS
            RUSTUP_AUTO_INSTALL RUSTUP_TOOLCHAIN RUST_BACKTRACE RUST_LOG RUST_MIN_STACK PYO3_* MATURIN_PEP517_ARGS
        """,
        "Toolchains below the real home": """
            CARGO_HOME RUSTUP_HOME PYENV_* ASDF_DATA_DIR ASDF_DIR MISE_DATA_DIR UV_PYTHON_INSTALL_DIR VIRTUAL_ENV
        """,
        "Version and reproducibility": """
            SOURCE_DATE_EPOCH SETUPTOOLS_SCM_* VCS_VERSIONING_* *_PRETEND_VERSION *_PRETEND_VERSION_FOR_*
            *_PRETEND_METADATA *_PRETEND_METADATA_FOR_* PBR_* PDM_BUILD_SCM_VERSION POETRY_DYNAMIC_VERSIONING_*
            UV_DYNAMIC_VERSIONING_BYPASS
        """,
        "git": """
            GIT_AUTHOR_* GIT_COMMITTER_* GIT_EDITOR GIT_PAGER GIT_CEILING_DIRECTORIES GIT_DISCOVERY_ACROSS_FILESYSTEM
            HGENCODING
        """,
        "CI: what is built, not who builds it": f"CI {CI_VARIABLES}",
        "Tests and coverage": "PYTEST_* COVERAGE_* COV_CORE_* HYPOTHESIS_*",
        "Windows": """
            ALLUSERSPROFILE COMMONPROGRAMFILES* COMMONPROGRAMW6432 COMPUTERNAME COMSPEC DRIVERDATA NUMBER_OF_PROCESSORS
            OS PATHEXT PROCESSOR_* PROGRAMDATA PROGRAMFILES* PROGRAMW6432 PSMODULEPATH PUBLIC SYSTEMDRIVE SYSTEMROOT
            TEMP TMP USERDOMAIN WINDIR INCLUDE LIB LIBPATH VCINSTALLDIR VCTOOLS* VSINSTALLDIR VS*COMNTOOLS VSCMD_*
            WINDOWSSDK*
            UNIVERSALCRTSDKDIR UCRTVERSION MSSDK
        """,
    }.items()
}
"""Names, or patterns with `*`. A variable that matches a pattern and looks like a credential is not passed."""


def passed_variables(user: Mapping[str, str], more: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables of the user that are passed to a shell; `more` are further names or patterns.

    >>> passed_variables({"CC": "gcc", "PGPASSWORD": "x", "DEMO_FAST": "1", "DEMO_TOKEN": "x"}, ["DEMO_*"])
    {'CC': 'gcc', 'DEMO_FAST': '1'}
    >>> passed_variables({"DEMO_TOKEN": "x"}, ["DEMO_TOKEN"])
    {'DEMO_TOKEN': 'x'}

    A credential has to be named in full. Raises `UsageError` for an invalid name.
    """
    extra = checked_names(more)
    return {name: value for name, value in user.items() if _is_passed(name) or _matches(name, extra)}


def checked_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names (`names` may be one string); raise `UsageError` for the first invalid one."""
    listed = (names,) if isinstance(names, str) else tuple(names)
    for name in listed:
        if not name or "=" in name or name != name.strip():
            raise UsageError(f"{name!r} is not the name of a variable", "give the name alone, without a value")
    return listed


def is_ci_variable(name: str) -> bool:
    """Return whether a variable describes what a CI job builds; a fake job sets its own."""
    return name in CI_VARIABLES.split()


@cache
def _is_passed(name: str) -> bool:
    return any(_matches(name, patterns) for patterns in PASSED.values())


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a name is in the list; patterns do not match credentials."""
    normalized = name.upper() if os.name == "nt" else name
    names, globs = _compiled(patterns)
    return normalized in names or (globs.fullmatch(normalized) is not None and not is_private(name))


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    wildcards = [pattern for pattern in patterns if "*" in pattern or "?" in pattern or "[" in pattern]
    globs = "|".join(translate(pattern) for pattern in wildcards) or r"(?!)"
    return frozenset(patterns) - frozenset(wildcards), re.compile(globs)
