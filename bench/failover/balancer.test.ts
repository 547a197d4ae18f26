import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { type Balancer, startBalancer } from "./balancer.ts";

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe("the balancer before gateways", () => {
  const servers: Server[] = [];
  let balancer: Balancer;

  /** Says its name and what it hears. */
  const serve = async (name: string): Promise<number> => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => (`${data}` === "die" ? socket.destroy() : socket.write(`${name} ${data}`)));
    });
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return portOf(server);
  };

  const say = async (text: string): Promise<string> => {
    const socket = connect(balancer.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const answered = new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(String(data)));
      socket.once("close", () => resolve("closed"));
    });
    socket.write(text);
    const answer = await answered;
    socket.destroy();
    return answer;
  };

  before(async () => {
    balancer = await startBalancer();
  });
  after(async () => {
    await balancer.close();
    for (const server of servers) server.close();
  });

  it("gives connections to the gateways in turn", async () => {
    balancer.sendTo([await serve("a"), await serve("b")]);
    const answers = [await say("1"), await say("2"), await say("3"), await say("4")];
    assert.deepEqual(answers.map((answer) => answer.split(" ")[0]).sort(), ["a", "a", "b", "b"]);
    assert.deepEqual(
      answers.map((answer) => answer.split(" ")[1]),
      ["1", "2", "3", "4"],
    );
  });

  it("goes to the next when one takes no connection, and closes when none does", async () => {
    const gone = createServer();
    await once(gone.listen(0, "127.0.0.1"), "listening");
    const port = portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    balancer.sendTo([port, await serve("c")]);
    assert.deepEqual([await say("1"), await say("2")], ["c 1", "c 2"]);
    balancer.sendTo([port]);
    assert.equal(await say("1"), "closed");
  });

  it("passes on that a gateway died", async () => {
    balancer.sendTo([await serve("d")]);
    assert.equal(await say("die"), "closed");
  });
});
