import { secret, text } from "../../runtime/settings.ts";

/** Settings of text messages through Twilio. */
export const messagingSettings = {
  smsSender: text({
    doc: "Sender of text messages: a number of the Twilio account (E.164) or a messaging service (MG…). Empty: no message is sent, and nothing that needs one is offered",
    variable: "SMS_SENDER",
    fallback: "",
  }),
  smsSignature: text({
    doc: "What text messages begin with: the name of the shop, as its customers know it",
    variable: "SMS_SIGNATURE",
    fallback: "",
  }),
  smsStatusUrl: text({
    doc: "Where Twilio tells what became of a message, e.g. https://pay.example.com/twilio/message-status, served beside Stripe's webhook; empty for nowhere",
    variable: "SMS_STATUS_URL",
    fallback: "",
  }),
  twilioAccountSid: text({
    doc: "Twilio account, AC followed by 32 hexadecimal digits.",
    variable: "TWILIO_ACCOUNT_SID",
    fallback: "",
  }),
  twilioAuthToken: secret({
    doc: "Twilio auth token: signs webhooks, opens the REST API.",
    variable: "TWILIO_AUTH_TOKEN",
    fallback: "",
  }),
  twilioApiBase: text({
    doc: "Origin of Twilio's REST API; another one than the default is for the simulator and for egress proxies.",
    variable: "TWILIO_API_BASE",
    fallback: "https://api.twilio.com",
  }),
} as const;
