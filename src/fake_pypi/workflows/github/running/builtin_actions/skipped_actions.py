"""Actions that have no effect on what is published, so that a rehearsal skips them.

Their names end a line of a group; the text says what a rehearsal does instead.
"""

from __future__ import annotations

from collections.abc import Mapping

SKIPPED_ACTIONS: Mapping[str, str] = {
    name: effect
    for effect, names in {
        "signs nothing: Sigstore is not contacted": """
            pypa/gh-action-sigstore-python sigstore/gh-action-sigstore-python sigstore/cosign-installer
        """,
        "attests nothing: Sigstore is not contacted": """
            actions/attest-build-provenance actions/attest actions/attest-sbom anchore/sbom-action
        """,
        "makes no release on GitHub": """
            softprops/action-gh-release ncipollo/release-action actions/create-release aio-libs/create-release
            actions/upload-release-asset svenstaro/upload-release-action marvinpinto/action-automatic-releases
            AButler/upload-release-assets shogo82148/actions-upload-release-asset
        """,
        "drafts no release on GitHub": "release-drafter/release-drafter mikepenz/release-changelog-builder-action",
        "sets up nothing: Node.js is used as it is installed": "actions/setup-node pnpm/action-setup",
        "sets up nothing: Go is used as it is installed": "actions/setup-go",
        "sets up nothing: Java is used as it is installed": "actions/setup-java",
        "sets up nothing: Rust is used as it is installed": """
            dtolnay/rust-toolchain actions-rust-lang/setup-rust-toolchain actions-rs/toolchain moonrepo/setup-rust
            hecrj/setup-rust-action
        """,
        "sets up nothing: compilers and tools are used as they are installed": """
            ilammy/msvc-dev-cmd microsoft/setup-msbuild maxim-lobanov/setup-xcode lukka/get-cmake
            seanmiddleditch/gha-setup-ninja jwlawson/actions-setup-cmake extractions/setup-just taiki-e/install-action
            mlugg/setup-zig goto-bus-stop/setup-zig awalsh128/cache-apt-pkgs-action
        """,
        "caches nothing": "Swatinem/rust-cache mozilla-actions/sccache-action hendrikmuhs/ccache-action",
        "emulates no other platform": "docker/setup-qemu-action",
        "restricts nothing: other hosts are blocked anyway": "step-security/harden-runner",
        "uploads no coverage": "codecov/codecov-action coverallsapp/github-action",
        "runs no script: it would call the API of GitHub": "actions/github-script",
        "runs no hooks": "pre-commit/action",
        "reports nothing to GitHub": """
            test-summary/action dorny/test-reporter EnricoMi/publish-unit-test-result-action
            pmeier/pytest-results-action peter-evans/create-pull-request peter-evans/create-or-update-comment
            peter-evans/repository-dispatch actions/labeler
        """,
        "gets no token: GitHub is not contacted": "actions/create-github-app-token tibdex/github-app-token",
        "publishes no pages": """
            actions/configure-pages actions/upload-pages-artifact actions/deploy-pages peaceiris/actions-gh-pages
            JamesIves/github-pages-deploy-action
        """,
        "builds and pushes no image": """
            docker/setup-buildx-action docker/login-action docker/build-push-action docker/metadata-action
        """,
        "sends no message": "slackapi/slack-github-action 8398a7/action-slack rtCamp/action-slack-notify",
        "scans nothing": """
            github/codeql-action/init github/codeql-action/analyze github/codeql-action/upload-sarif
            ossf/scorecard-action zizmorcore/zizmor-action
        """,
    }.items()
    for name in names.split()
}
"""The actions by name, each with what a rehearsal does instead."""
