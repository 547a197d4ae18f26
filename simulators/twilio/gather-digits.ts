import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "./line.ts";
import type { Verb } from "./twiml.ts";

/**
 * What `<Gather>` does: plays its prompts until the first key, then collects keys until the finishing key, the wanted number of digits, or a pause of
 * `timeout` seconds. An empty `finishedOnKey` means that no key ended it.
 */
export async function gatherDigits(
  verb: Extract<Verb, { verb: "Gather" }>,
  line: Line,
  prompt: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<{ readonly digits: string; readonly finishedOnKey: string }> {
  const pressed = new AbortController();
  let wake = Promise.withResolvers<void>();
  let digits = "";
  let finishedOnKey = "";
  let isFinished = false;
  const stopTaking = line.takeDigits((digit) => {
    pressed.abort();
    if (isFinished) return;
    if (verb.finishOnKey.includes(digit)) {
      finishedOnKey = digit;
      isFinished = true;
    } else digits += digit;
    if (verb.numDigits > 0 && digits.length >= verb.numDigits) isFinished = true;
    wake.resolve();
  });
  await prompt(AbortSignal.any([signal, pressed.signal]));
  while (!isFinished && !signal.aborted) {
    wake = Promise.withResolvers<void>();
    const timer = new AbortController();
    const timeout = sleep(verb.timeoutSeconds * 1000, "timeout", { signal: AbortSignal.any([signal, timer.signal]) });
    const outcome = await Promise.race([wake.promise, timeout.catch(() => "timeout")]);
    timer.abort();
    if (outcome === "timeout") break;
  }
  stopTaking();
  return { digits, finishedOnKey };
}
