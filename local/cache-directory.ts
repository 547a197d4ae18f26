import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder outside the checkout in which fetched artefacts and prepared data are kept: `$PARTYLINE_CACHE`, else
 * `$XDG_CACHE_HOME/partyline`, else `~/.cache/partyline`. It may be deleted at any time while nothing runs.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PARTYLINE_CACHE) return environment.PARTYLINE_CACHE;
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "partyline");
}
