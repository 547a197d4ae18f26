import type { ChildOptions } from "./child-process.ts";
import type { ReadyProbe } from "./ready-probe.ts";
import { runProgram } from "./run-program.ts";

export interface Container {
  /** Which part of the stack; with the port it names the container. */
  readonly part: string;
  readonly image: string;
  /** On 127.0.0.1 of this machine. */
  readonly port: number;
  readonly containerPort: number;
  /** Another port that is the same inside. */
  readonly secondPort?: number | undefined;
  readonly mount?: { readonly directory: string; readonly at: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the image's own command. */
  readonly command?: readonly string[];
  readonly ready: ReadyProbe;
}

/** The first start includes fetching the image. */
const readyTimeoutMs = 10 * 60_000;

/**
 * A container in the foreground of a `docker run`, which passes SIGTERM on. SIGKILL ends only that client, so the
 * container must be removed by its name after a kill ({@link removeContainer}) and when this process dies.
 */
export function containerChild(container: Container): ChildOptions {
  const name = containerName(container.part, container.port);
  const args = [
    "run",
    "--rm",
    "--init",
    "--name",
    name,
    "-p",
    `127.0.0.1:${container.port}:${container.containerPort}`,
  ];
  if (container.secondPort !== undefined) args.push("-p", `127.0.0.1:${container.secondPort}:${container.secondPort}`);
  if (container.mount !== undefined) {
    // Files in the mounted folder then belong to this user, who can remove them.
    args.push("--user", `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`);
    args.push("-v", `${container.mount.directory}:${container.mount.at}`);
  }
  for (const [key, value] of Object.entries(container.environment ?? {})) args.push("-e", `${key}=${value}`);
  args.push(container.image, ...(container.command ?? []));
  return {
    name: container.part,
    command: "docker",
    args,
    ready: container.ready,
    readyTimeoutMs,
    onParentDeath: `docker rm -f ${name}`,
  };
}

/** Removes the container of a part if there is one, and ends when it is gone. */
export async function removeContainer(part: string, port: number): Promise<void> {
  await runProgram("docker", ["rm", "-f", containerName(part, port)], { timeoutMs: 30_000 });
}

function containerName(part: string, port: number): string {
  return `partyline-${part}-${port}`;
}
