/** Told how far something is. */
export type Progress = (what: string, done: number, total: number) => void;

const barLength = 24;

/** What is under way, as a bar on one line of a terminal; elsewhere one line when it ends. */
export const showProgress: Progress = (what, done, total) => {
  const isDone = done >= total;
  if (!process.stderr.isTTY) {
    if (isDone) process.stderr.write(`${what} ${total}\n`);
    return;
  }
  const filled = total === 0 ? barLength : Math.round((barLength * done) / total);
  process.stderr.write(
    `\r${what} [${"=".repeat(filled)}${" ".repeat(barLength - filled)}] ${done}/${total}${isDone ? "\n" : ""}`,
  );
};
