/** Starts the agent on Pipecat, in one or several processes. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunningChild, startChild } from "../../local/child-process.ts";
import { decodeMulaw } from "../../simulators/speech-carrier/g711.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { groupUsage } from "../process-usage.ts";
import { type Peer, plainLine } from "./peer.ts";

const agent = join(import.meta.dirname, "pipecat", "agent.py");
const readyTimeoutMs = 60_000;

export type PipecatOptions = {
  /** The environment's interpreter. */
  readonly python: string;
  readonly processes: number;
  /** Where the recording of the reply may lie while it runs. */
  readonly folder: string;
  /** What the recording says. */
  readonly reply: string;
};

/** Resolves when all processes take calls; the first of them answers the webhook and gives calls to all in turn. */
export async function startPipecat({ python, processes, folder, reply }: PipecatOptions): Promise<Peer> {
  const recording = join(folder, "reply.raw");
  await writeFile(recording, Buffer.from(decodeMulaw(speak(reply)).buffer));
  const started: RunningChild[] = [];
  const stop = (): Promise<unknown> => Promise.all(started.map((child) => child.stop()));
  const start = async (siblings: readonly string[]): Promise<number> => {
    const child = await startChild({
      name: "pipecat",
      command: python,
      args: [agent],
      env: {
        ...process.env,
        REPLY_AUDIO: recording,
        SIBLING_STREAMS: siblings.join(","),
        PYTHONDONTWRITEBYTECODE: "1",
      },
      ready: { kind: "line" },
      readyTimeoutMs,
    });
    started.push(child);
    return Number(child.readyLine?.port);
  };
  try {
    const ports = await Promise.all(Array.from({ length: processes - 1 }, () => start([])));
    const front = await start(ports.map((port) => `ws://127.0.0.1:${port}/media`));
    return {
      line: plainLine(front),
      processes: async () => ({
        own: new Map(
          started.map(({ pid }, index) => [
            `pipecat ${index + 1}`,
            groupUsage(pid) ?? { cpuSeconds: null, residentBytes: null },
          ]),
        ),
        vendors: new Map(),
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
