import { flag } from "../../runtime/settings.ts";

/** What the shop allows as proof of identity beside the PIN. */
export const customerSettings = {
  areCodesOffered: flag({
    doc: "Whether a caller may prove who they are by a code that is sent to their number, instead of the PIN; needs SMS_SENDER",
    variable: "ONE_TIME_CODES",
    fallback: true,
  }),
} as const;
