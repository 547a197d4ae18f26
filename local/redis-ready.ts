import { connect } from "node:net";

const attemptMs = 1_000;

/** One attempt to use a Redis server: it answers PING with PONG, which it does once its data is loaded. */
export function isRedisReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write("PING\r\n"));
    const end = (isReady: boolean) => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(attemptMs, () => end(false));
    socket.once("data", (answer) => end(answer.toString("latin1").startsWith("+PONG")));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
