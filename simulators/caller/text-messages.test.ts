import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { startTwilioSimulator, type TwilioSimulator } from "../twilio/server.ts";
import { codeOf, followLink, untilMessage } from "./text-messages.ts";

let simulator: TwilioSimulator;
before(async () => {
  simulator = await startTwilioSimulator({ speak: () => Promise.resolve(new Uint8Array(160)) });
});
after(() => simulator.close());

async function send(to: string, body: string): Promise<void> {
  const auth = Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString("base64");
  const path = `/2010-04-01/Accounts/${simulator.accountSid}/Messages.json`;
  const response = await fetch(`${simulator.url}${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${auth}` },
    body: new URLSearchParams({ To: to, From: "+12025550100", Body: body }),
  });
  assert.equal(response.status, 201);
}

const telephone = (number: string) => ({ twilioControl: simulator.url, number });

test("a telephone has the messages to its own number, and waits for one that is on its way", async () => {
  const waiting = untilMessage(telephone("+12025550143"), ["code is"], 5_000);
  await send("+12025550144", "Your code is 111111.");
  await send("+12025550143", "Your code is 482915.");
  assert.equal(await waiting, "Your code is 482915.");
  assert.equal(await codeOf(telephone("+12025550143")), "482915");
  await assert.rejects(untilMessage(telephone("+12025550143"), [/order/], 1), /no message said/);
  await assert.rejects(codeOf(telephone("+12025550199")), /there is no message/);
});

test("a link is followed to the page behind it, and a page that refuses is told", async () => {
  let paid = 0;
  const page = createServer((request, response) => {
    paid += request.method === "POST" ? 1 : 0;
    response.writeHead(paid > 1 ? 400 : 200).end("This page is complete.");
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = page.address() as AddressInfo;
    await send("+12025550145", `Please pay here: http://127.0.0.1:${port}/c/pay/1 It works for 10 minutes.`);
    await followLink(telephone("+12025550145"));
    assert.equal(paid, 1);
    await assert.rejects(followLink(telephone("+12025550145")), /This page is complete/);
  } finally {
    page.close();
    page.closeAllConnections();
  }
  await send("+12025550146", "No link.");
  await assert.rejects(followLink(telephone("+12025550146")), /has no link/);
});
