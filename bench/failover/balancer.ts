/** What stands before several gateways: connections go to them in turn, and to the next one when one takes none. On 127.0.0.1, without looking into what is said. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Balancer = {
  readonly port: number;
  /** Connections from now on go to these ports. */
  sendTo(ports: readonly number[]): void;
  close(): Promise<void>;
};

/** Resolves when it listens. A connection that none of the ports takes is closed. */
export async function startBalancer(): Promise<Balancer> {
  let ports: readonly number[] = [];
  let turns = 0;
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.once("close", () => open.delete(socket));
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    keep(client);
    client.on("error", () => client.destroy());
    turns += 1;
    const candidates = ports.map((_, index) => ports[(turns + index) % ports.length] ?? 0);
    void connectToAny(candidates).then((backend) => {
      if (backend === undefined || client.destroyed) {
        backend?.destroy();
        client.destroy();
        return;
      }
      keep(backend);
      // When one side is gone the other must notice, however it went.
      backend.on("error", () => client.destroy());
      backend.once("close", () => client.destroy());
      client.once("close", () => backend.destroy());
      client.pipe(backend);
      backend.pipe(client);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sendTo(given) {
      ports = [...given];
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function connectToAny(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect({ port, host: "127.0.0.1" });
    const isConnected = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (isConnected) return socket;
    socket.destroy();
  }
  return undefined;
}
