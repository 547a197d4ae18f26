/** The programs that this process runs, so that an interruption can end all of them at once, whatever was being started. */
const kills = new Set<() => void>();
let isClosed = false;

/** Keeps `kill` until the returned function says that the program is gone. Throws when everything was ended already: nothing new may start. */
export function ownProcess(kill: () => void): () => void {
  if (isClosed) {
    kill();
    throw new Error("interrupted");
  }
  kills.add(kill);
  return () => kills.delete(kill);
}

/** Kills every program (SIGKILL) and lets none start from now on. For the end of this process. */
export function endOwnProcesses(): void {
  isClosed = true;
  for (const kill of kills) kill();
}
