import { flag, type Setting, secret } from "../../runtime/settings.ts";

const shortestKey = 32;

/** A key is all that keeps sealed digits from being tried out, so a short one is refused. */
function longSecret(options: Parameters<typeof secret>[0]): Setting<string> {
  const parse = (value: string): ReturnType<Setting<string>["parse"]> =>
    value.length < shortestKey ? { fault: `must have ${shortestKey} characters or more` } : { value };
  return { ...secret(options), parse };
}

/** How PINs and codes are sealed where they are heard, and opened where they are checked: the same for every stage that does. */
export const proofSettings = {
  proofKey: longSecret({
    doc: "Key under which PINs and one-time codes are sealed on their way through the log, at least 32 characters; with it and the log they can be read.",
    variable: "PROOF_KEY",
  }),
} as const;

/** What the shop allows as proof of identity beside the PIN. */
export const customerSettings = {
  areCodesOffered: flag({
    doc: "Whether a caller may prove who they are by a code that is sent to their number, instead of the PIN; needs SMS_SENDER",
    variable: "ONE_TIME_CODES",
    fallback: true,
  }),
} as const;
