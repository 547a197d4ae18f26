/** How late frames left that are due every 20 ms. */
import { tickMs } from "../../simulators/twilio/ticker.ts";

/**
 * The lateness of each frame, in milliseconds, from the times at which the frames of one call left, in order. The plan of a call is absolute: frame n is due n × 20 ms after the first,
 * and the frame that left earliest by that plan was on time; so a first frame that was late itself does not hide the lateness of others.
 */
export function frameLateness(leftAtMs: readonly number[]): readonly number[] {
  const offsets = leftAtMs.map((atMs, index) => atMs - index * tickMs);
  const onTime = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  return offsets.map((offset) => offset - onTime);
}
