import { flag, integer, secret, text } from "../../runtime/settings.ts";

/** Whether callers may key a card in; the gateway and the dialogue must agree about it. */
export const cardEntrySettings = {
  payConnector: text({
    doc: "Twilio's name of the Pay connector that leads to the payment provider: callers may then key a card in. Empty: they may not",
    variable: "TWILIO_PAY_CONNECTOR",
    fallback: "",
  }),
} as const;

/** Settings of the Twilio adapter. */
export const telephonySettings = {
  ...cardEntrySettings,
  publicUrl: text({
    doc: "Where Twilio reaches this gateway: origin without path, e.g. https://voice.example.com. Signatures are checked against it.",
    variable: "PUBLIC_URL",
  }),
  twilioAccountSid: text({
    doc: "Twilio account, AC followed by 32 hexadecimal digits.",
    variable: "TWILIO_ACCOUNT_SID",
  }),
  twilioAuthToken: secret({
    doc: "Twilio auth token: signs webhooks, opens the REST API.",
    variable: "TWILIO_AUTH_TOKEN",
  }),
  twilioApiBase: text({
    doc: "Origin of Twilio's REST API; another one than the default is for the simulator and for egress proxies.",
    variable: "TWILIO_API_BASE",
    fallback: "https://api.twilio.com",
  }),
  host: text({ doc: "Address to listen on for webhooks and media.", fallback: "0.0.0.0" }),
  port: integer({ doc: "Port to listen on for webhooks and media; 0 takes any.", min: 0, max: 65_535, fallback: 8080 }),
  sharesPort: flag({
    doc: "Whether other gateways on this machine may listen on the same port; new connections then go to any of them. Not on every system.",
    fallback: false,
  }),
  maxCalls: integer({
    doc: "Media streams at once; calls beyond it are told that the line is busy.",
    min: 1,
    max: 5000,
    fallback: 200,
  }),
  maxResumes: integer({
    doc: "How often a call may come back after its stream was lost; a gateway that hands a call over does not count.",
    min: 0,
    max: 20,
    fallback: 3,
  }),
  tokenSeconds: integer({
    doc: "Life of a media stream's token, from the webhook's answer to the stream's start, in seconds.",
    min: 1,
    max: 300,
    fallback: 30,
  }),
  startWithinMs: integer({
    doc: "A media socket must send its start within this time, in milliseconds.",
    min: 100,
    max: 30_000,
    fallback: 3000,
  }),
} as const;
