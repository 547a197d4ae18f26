/** How a command ends: with the exit code of its work, or with 2 and the message alone when a person can do something about the error. */
type KnownError = abstract new (...args: never[]) => Error;

/**
 * Runs a command and sets the exit code of the process. Errors with a code (ours, Node's, the system's) and those of the classes given are told by their message;
 * any other is a fault of the program and is thrown. `exitCodeOf` gives an error another code than 2.
 */
export async function runCommand(
  main: (args: string[]) => Promise<number>,
  known: readonly KnownError[],
  exitCodeOf: (error: unknown) => number = () => 2,
): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    const isKnown = error instanceof Error && ("code" in error || known.some((kind) => error instanceof kind));
    if (!isKnown) throw error;
    process.stderr.write(`${error.message.trimEnd()}\n`);
  }
}
