"""Print a script that completes command lines of `fake-pypi` in bash, zsh or fish.

    source <(fake-pypi completion bash)                                            in ~/.bashrc
    source <(fake-pypi completion zsh)                                             in ~/.zshrc, after compinit
    fake-pypi completion fish > ~/.config/fish/completions/fake-pypi.fish

It completes commands, options, ids of rules, clients, sites, kinds of faults, files and folders.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from fake_pypi.cli.formatting import print_text
from fake_pypi.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
CANDIDATES = "candidates"
"""The word with which the scripts ask for candidates: `fake-pypi completion candidates -- WORDS`."""
BASH = r"""
# Completion of fake-pypi for bash.
_fake_pypi() {
    local IFS=$'\n' current="${COMP_WORDS[COMP_CWORD]}" lines kind
    lines=($("$1" completion candidates -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1 | sed 's/^$/-/'))
    kind="${lines[0]}"
    COMPREPLY=("${lines[@]:1}")
    [ "$current" = "=" ] && current=""
    case "$kind" in
        files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
        folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
        commands) COMPREPLY=($(compgen -c -- "$current")) ;;
    esac
}
complete -F _fake_pypi fake-pypi
"""
ZSH = r"""
#compdef fake-pypi
# Completion of fake-pypi for zsh.
_fake_pypi() {
    local -a lines candidates
    lines=("${(@f)$("${words[1]}" completion candidates -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    case "${lines[1]}" in
        files) _files ;;
        folders) _files -/ ;;
        commands) _command_names -e ;;
    esac
    candidates=("${(@)lines[2,-1]//:/\\:}")
    candidates=("${(@)candidates/$'\t'/:}")
    (( ${#candidates} )) && _describe 'fake-pypi' candidates
}
if [ "${funcstack[1]}" = "_fake-pypi" ]; then
    _fake_pypi "$@"
else
    compdef _fake_pypi fake-pypi
fi
"""
FISH = r"""
# Completion of fake-pypi for fish.
function __fake_pypi_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion candidates -- $words[2..-1] "$current" 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current"
        case commands
            __fish_complete_command
    end
    test (count $lines) -gt 1; and printf '%s\n' $lines[2..-1]
end
complete -c fake-pypi -f -a '(__fake_pypi_candidates)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fake-pypi completion`."""
    parser.add_argument("shell", nargs="?", choices=(*SHELLS, CANDIDATES), metavar="|".join(SHELLS), help="the shell")
    parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.usage = f"%(prog)s {'|'.join(SHELLS)}"


def run(options: argparse.Namespace) -> int:
    """Print the script, or the candidates for the last one of the words."""
    if options.shell is None:
        raise UsageError("there is no shell", f"choose from {', '.join(SHELLS)}")
    if options.shell != CANDIDATES:
        print_text(SCRIPTS[options.shell].lstrip())
        return 0
    from fake_pypi.cli import COMMANDS
    from fake_pypi.cli.completion_candidates import candidates

    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    commands: dict[str, argparse.ArgumentParser | str] = {name: text for name, (_, text) in COMMANDS.items()}
    if len(words) > 1 and words[0] in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"fake_pypi.cli.{COMMANDS[words[0]][0]}").configure(parser)
        commands[words[0]] = parser
    print_text("\n".join(candidates(words, commands).lines()))
    return 0
