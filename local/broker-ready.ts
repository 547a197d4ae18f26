import { connect } from "node:net";

const attemptMs = 2_000;
const findCoordinator = { apiKey: 10, version: 2 };
const offsetFetch = { apiKey: 9, version: 2 };
const group = "partyline-ready";

/**
 * One attempt to use a broker: it names a coordinator for a consumer group, and that coordinator has loaded its groups.
 * Asking makes the broker create its offsets topic, so that the first real group does not wait for that.
 *
 * Kafka protocol guide: FindCoordinator (key 10) and OffsetFetch (key 9), both version 2 with request header 1. A
 * client library would do, but a probe that runs every few milliseconds must be light and must not retry by itself.
 */
export async function isBrokerReady(port: number): Promise<boolean> {
  try {
    const coordinator = await request(port, findCoordinator, Buffer.concat([string(group), Buffer.from([0])]));
    // Correlation id, throttle time, error code.
    if (coordinator.readInt16BE(8) !== 0) return false;
    const allTopics = Buffer.alloc(4);
    allTopics.writeInt32BE(-1);
    const offsets = await request(port, offsetFetch, Buffer.concat([string(group), allTopics]));
    // Correlation id, topics (none: this group never committed), error code.
    return offsets.readInt32BE(4) <= 0 && offsets.readInt16BE(8) === 0;
  } catch {
    return false;
  }
}

/** Sends one request on a connection of its own; gives the response without its length. */
function request(port: number, api: { apiKey: number; version: number }, body: Buffer): Promise<Buffer> {
  const header = Buffer.alloc(8);
  header.writeInt16BE(api.apiKey, 0);
  header.writeInt16BE(api.version, 2);
  const content = Buffer.concat([header, string(group), body]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(Buffer.concat([length, content])));
    socket.setTimeout(attemptMs, () => socket.destroy(new Error("No answer in time")));
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      resolve(received.subarray(4));
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("Closed without an answer")));
  });
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
