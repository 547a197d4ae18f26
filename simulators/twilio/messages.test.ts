import assert from "node:assert/strict";
import { test } from "node:test";
import { createFaultScript } from "../kit/fault-script.ts";
import { Messages } from "./messages.ts";

type Told = Readonly<Record<string, string>>;

function account() {
  const told: Told[] = [];
  let count = 0;
  const faults = createFaultScript([], 1);
  const messages = new Messages({
    accountSid: "AC1",
    faults,
    makeSid: () => {
      count += 1;
      return `SM${count}`;
    },
    callBack: async (url, parameters) => void told.push({ url, ...parameters }),
  });
  const send = (form: Record<string, string>) =>
    messages.create(new URLSearchParams({ From: "+12025550100", Body: "Hello", ...form }));
  return { messages, faults, told, send };
}

const codeOf = async (answer: ReturnType<ReturnType<typeof account>["send"]>) => {
  const given = await answer;
  return given.kind === "failed" ? given.failure.code : given.kind;
};

test("what cannot be sent is refused with the vendor's codes", async () => {
  const { send, messages } = account();
  const codes = [
    [{ To: "me" }, 21_211],
    [{ To: "+12025550143", From: "" }, 21_603],
    [{ To: "+12025550143", Body: "" }, 21_602],
    [{ To: "+12025550143", Body: "x".repeat(1601) }, 21_617],
    [{ To: "+15005550001" }, 21_211],
    [{ To: "+15005550002" }, 21_612],
    [{ To: "+15005550003" }, 21_408],
    [{ To: "+15005550004" }, 21_610],
    [{ To: "+15005550009" }, 21_614],
  ] as const;
  for (const [form, code] of codes) assert.equal(await codeOf(send(form)), code, JSON.stringify(form));
  assert.deepEqual(messages.list(), []);
});

test("a message is taken, told of as it goes its way, and listed by its recipient, newest first", async () => {
  const { send, messages, told } = account();
  assert.equal(await codeOf(send({ To: "+12025550143", StatusCallback: "http://shop.example/status" })), "created");
  assert.equal(await codeOf(send({ To: "+12025550143", Body: "Again" })), "created");
  assert.equal(await codeOf(send({ To: "+15005550099", StatusCallback: "http://shop.example/status" })), "created");
  while (told.length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
  const of = (sid: string) =>
    told.filter((one) => one.MessageSid === sid).map((one) => [one.MessageStatus, one.ErrorCode]);
  assert.deepEqual(of("SM1"), [
    ["sent", undefined],
    ["delivered", undefined],
  ]);
  assert.deepEqual(of("SM3"), [
    ["sent", undefined],
    ["undelivered", "30003"],
  ]);
  const page = messages.page(new URLSearchParams({ To: "+12025550143" })).messages as { body: string }[];
  assert.deepEqual(
    page.map(({ body }) => body),
    ["Again", "Hello"],
  );
  messages.clear();
  assert.deepEqual(messages.list(), []);
});

test("faults: cut off before or after it was taken, and turned away", async () => {
  const { send, messages, faults } = account();
  faults.replace([
    { operation: "messages.create", fault: "cut", code: "before", nth: 1 },
    { operation: "messages.create", fault: "cut", nth: 2 },
    { operation: "messages.create", fault: "error", code: "429", nth: 3 },
    { operation: "messages.create", fault: "error", code: "503", nth: 4 },
  ]);
  const answers = [];
  for (let number = 1; number <= 5; number += 1)
    answers.push(await codeOf(send({ To: "+12025550143", Body: `${number}` })));
  assert.deepEqual(answers, ["cut", "cut", 20_429, 20_500, "created"]);
  assert.deepEqual(
    messages.list().map(({ body }) => body),
    ["2", "5"],
  );
});
