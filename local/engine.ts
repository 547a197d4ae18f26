import { execFile } from "node:child_process";

/** How servers are run on this machine: containers, or Java programs fetched with Maven. */
export type Engine = "docker" | "java";

/**
 * Docker where an engine answers within 10 s, else Java. `PARTYLINE_LOCAL=docker|java` decides instead; another value
 * is an error.
 */
export async function chooseEngine(setting: string | undefined = process.env.PARTYLINE_LOCAL): Promise<Engine> {
  if (setting === "docker" || setting === "java") return setting;
  if (setting) throw new Error(`PARTYLINE_LOCAL is "${setting}"; it must be "docker" or "java".`);
  answer ??= isDockerAnswering();
  return (await answer) ? "docker" : "java";
}

let answer: Promise<boolean> | undefined;

function isDockerAnswering(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 10_000 }, (error) => resolve(!error));
  });
}
