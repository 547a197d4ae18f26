import type pg from "pg";
import type { SettingsOf } from "../../runtime/settings.ts";
import type { Messaging } from "./port.ts";
import type { messagingSettings } from "./settings.ts";
import { createMessageStatusReceiver } from "./status-receiver.ts";
import { createTwilioMessaging } from "./twilio.ts";
import { unconfiguredMessaging } from "./unconfigured.ts";

/** Text messages as the settings say. */
export type OpenMessaging = {
  readonly messaging: Messaging;
  /** Whether anything can be sent. */
  readonly isConfigured: boolean;
  /** What Twilio tells, by path. */
  readonly receivers: Readonly<Record<string, ReturnType<typeof createMessageStatusReceiver>>>;
};

/** Opens text messages. Without a sender everything is refused. */
export function openMessaging(config: SettingsOf<typeof messagingSettings>, pool: pg.Pool): OpenMessaging {
  const { twilioAccountSid, twilioAuthToken, smsSender, smsStatusUrl } = config;
  if (smsSender === "" || twilioAccountSid === "" || twilioAuthToken === "")
    return { messaging: unconfiguredMessaging, isConfigured: false, receivers: {} };
  const messaging = createTwilioMessaging({
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken,
    apiBase: config.twilioApiBase,
    sender: smsSender,
    statusCallbackUrl: smsStatusUrl,
    pool,
  });
  if (smsStatusUrl === "") return { messaging, isConfigured: true, receivers: {} };
  const status = createMessageStatusReceiver({ authToken: twilioAuthToken, statusCallbackUrl: smsStatusUrl, pool });
  return { messaging, isConfigured: true, receivers: { "/twilio/message-status": status } };
}
