/** Fetches into the cache what the local stack runs on this machine, so that what comes after needs no network. */
import { type ArtifactPart, fetchArtifacts } from "../local/artifacts.ts";
import { chooseEngine } from "../local/engine.ts";
import { NoPostgresServerError, postgresPrograms } from "../local/postgres-programs.ts";

const onProgress = (line: string) => console.log(line);
const parts: readonly ArtifactPart[] =
  (await chooseEngine()) === "docker" ? ["embedding-model"] : ["broker", "registry", "redis", "embedding-model"];
for (const folder of await fetchArtifacts(parts, { onProgress })) console.log(folder);

// Only tests need a PostgreSQL server; without one they are skipped, and say why.
if ((await chooseEngine()) !== "docker")
  await postgresPrograms({ onProgress }).then(
    ({ folder }) => console.log(folder),
    (error: unknown) => {
      if (!(error instanceof NoPostgresServerError)) throw error;
      console.log(error.message);
    },
  );
