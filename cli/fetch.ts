/** Fetches into the cache what the local stack runs on this machine, so that what comes after needs no network. */
import { type ArtifactPart, fetchArtifacts } from "../local/artifacts.ts";
import { chooseEngine } from "../local/engine.ts";

const parts: readonly ArtifactPart[] =
  (await chooseEngine()) === "docker" ? ["embedding-model"] : ["broker", "registry", "redis", "embedding-model"];
for (const folder of await fetchArtifacts(parts, { onProgress: (line) => console.log(line) })) console.log(folder);
