/**
 * A shell program around a child that makes sure the child dies with its parent, even when the parent is killed with
 * SIGKILL and can do nothing about it any more.
 *
 * The wrapper's standard input is a pipe whose other end only the parent holds, and never writes to. However the parent
 * ends, the system closes that end; the watcher's `read` then returns, and it kills its own process group, which holds
 * the wrapper, the program and itself. (Java has nothing of the kind, Linux's PR_SET_PDEATHSIG is not on macOS and out
 * of Node's reach, and watching for a changed parent id means polling.) Because the wrapper waits for the program
 * itself, no process number can be mixed up with one that was given out again.
 *
 * The watcher ignores the signals that ask the program to stop, so that its guard lasts until the program is gone.
 * `trap :` instead of `trap ''` in the wrapper: handlers are reset in the program, an ignored signal would be inherited.
 * `wait` returns early when such a signal comes, so it is repeated until there is nothing to wait for.
 *
 * Arguments: what to run when the parent died, then the program and its arguments.
 */
export const lifelineScript = `
cleanup=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
( trap '' TERM INT HUP; exec >/dev/null 2>&1; read -r _ <&3; eval "$cleanup"; kill -KILL 0 ) &
watcher=$!
exec 3<&-
trap : TERM INT HUP
while :; do
  wait "$program"
  status=$?
  kill -0 "$program" 2>/dev/null || break
done
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;
