# Ends what is left of the commands of one fake-pypi process when that process was killed.
# $1 is its temporary folder; standard input ends with the process. Lines: "add TARGET", "remove TARGET",
# "end"; a target is a process, or a process group with a minus sign before it, as for kill.
trap '' HUP INT TERM
targets=' '
while read -r verb target; do
    case $verb in
        add) targets="$targets$target " ;;
        remove) case $targets in *" $target "*) targets="${targets%%" $target "*} ${targets#*" $target "}" ;; esac ;;
        end) exit 0 ;;
    esac
done
# A process may be between its start and its first sight here, so it is looked for more than once.
for pause in 0 0.1 0.3; do
    sleep "$pause"
    for target in $targets; do kill -KILL -- "$target"; done
    for file in $(grep -lsF -- "$1/" /proc/[0-9]*/environ); do
        process=${file#/proc/}
        kill -KILL "${process%/environ}"
    done
    # The lock file goes last: with it, the next start finds what could not be removed now.
    for entry in "$1"/*; do [ "$entry" = "$1/process.lock" ] || rm -rf -- "$entry"; done
    [ "$(ls -A -- "$1")" = process.lock ] && rm -rf -- "$1"
done 2>/dev/null
