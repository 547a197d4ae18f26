import { PartylineError } from "../../runtime/errors.ts";
import type { Messaging } from "./port.ts";

/** Messaging of a line that has no sender: everything is refused, so that nobody is told of a message that does not come. */
export const unconfiguredMessaging: Messaging = {
  async send() {
    throw new PartylineError("VENDOR_REFUSED", "no sender of text messages is set: SMS_SENDER is empty");
  },
};
