import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TwilioError } from "./twilio-error.ts";
import { parseTwiml } from "./twiml.ts";

const refused = (document: string): number => {
  try {
    parseTwiml(document);
  } catch (error) {
    assert.ok(error instanceof TwilioError, String(error));
    return error.code;
  }
  return 0;
};
const stream = (attributes: string, content = ""): string =>
  `<Response><Connect><Stream ${attributes}>${content}</Stream></Connect></Response>`;

describe("reading TwiML", () => {
  it("reads a stream with its parameters, entities decoded", () => {
    const verbs = parseTwiml(
      '<?xml version="1.0" encoding="UTF-8"?><Response><!-- call --><Connect action="/resume?a=1&amp;b=2">' +
        '<Stream url="wss://shop.example/ws/media" statusCallback="/stream"><Parameter name="token" value="a&lt;b&#33;"/></Stream>' +
        "</Connect><Say>Good&#x2019;bye &amp; thanks</Say><Hangup/></Response>",
    );
    assert.deepEqual(verbs, [
      {
        verb: "Connect",
        action: { url: "/resume?a=1&b=2", method: "POST" },
        stream: {
          url: "wss://shop.example/ws/media",
          statusCallback: { url: "/stream", method: "POST" },
          parameters: { token: "a<b!" },
        },
      },
      { verb: "Say", text: "Good’bye & thanks", loop: 1 },
      { verb: "Hangup" },
    ]);
  });

  it("reads an empty response", () => {
    assert.deepEqual(parseTwiml("<Response/>"), []);
  });

  it("refuses what is not XML with 12100", () => {
    for (const document of [
      "",
      "hello",
      "<Response>",
      "<Response></Respons>",
      "<Response><Say>a & b</Say></Response>",
      "<Response/><Response/>",
      '<Response><Say voice="a" voice="b">x</Say></Response>',
      '<!DOCTYPE x [<!ENTITY a "b">]><Response/>',
      "<Other/>",
      `<Response>${" ".repeat(70_000)}</Response>`,
    ])
      assert.equal(refused(document), 12_100, document.slice(0, 60));
  });

  it("refuses unknown verbs, attributes and values with 12200", () => {
    for (const document of [
      "<Response><Shout>x</Shout></Response>",
      '<Response><Say volume="9">x</Say></Response>',
      "<Response>words</Response>",
      '<Response><Pause length="soon"/></Response>',
      "<Response><Connect/></Response>",
      "<Response><Say>x</Say><Reject/></Response>",
      '<Response><Redirect method="PUT">/x</Redirect></Response>',
      stream('url="wss://a/b"', `<Parameter name="n" value="${"x".repeat(500)}"/>`),
    ])
      assert.equal(refused(document), 12_200, document.slice(0, 60));
  });

  it("refuses streams that Twilio would not connect with 31920", () => {
    for (const url of ["ws://shop.example/a", "https://shop.example/a", "/ws/media", "wss://shop.example/a?token=1"])
      assert.equal(refused(stream(`url="${url}"`)), 31_920, url);
    assert.equal(refused(stream('url="ws://127.0.0.1:8080/ws/media"')), 0);
    assert.equal(refused(stream('url="wss://a/b" track="both_tracks"')), 31_941);
  });
});
