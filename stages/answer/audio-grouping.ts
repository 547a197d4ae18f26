import { frameMs } from "./speech-detection.ts";

/** Caller audio on its way to the log: frames are grouped, since a record for every 20 ms costs more than it carries. */
export type Capture = {
  /** End of all audio so far: where the next frame starts, in milliseconds of the call's caller audio. */
  readonly positionMs: number;
  readonly frames: readonly Uint8Array[];
  readonly concealedFrames: number;
};

/** A group that is ready for the log. */
export type AudioGroup = { readonly startsAtMs: number; readonly audio: Uint8Array; readonly concealedFrames: number };

const frameBytes = 160;
const silence = new Uint8Array(frameBytes).fill(0xff);

/** A capture that starts at a position; later stretches of a call go on where the ones before ended. */
export function captureFrom(positionMs: number): Capture {
  return { positionMs, frames: [], concealedFrames: 0 };
}

/** Adds one frame; what is masked leaves as silence. */
export function addFrame(capture: Capture, frame: Uint8Array, isMasked: boolean): Capture {
  return {
    ...capture,
    positionMs: capture.positionMs + frameMs,
    frames: [...capture.frames, isMasked ? silence : frame],
  };
}

/** Notes that some of the frames just added stand for missing ones. */
export function addConcealed(capture: Capture, frames: number): Capture {
  return frames === 0 ? capture : { ...capture, concealedFrames: capture.concealedFrames + frames };
}

/** Duration of what waits. */
export function waitingMs(capture: Capture): number {
  return capture.frames.length * frameMs;
}

/** Takes out what waits, in one piece; null when nothing does. */
export function takeGroup(capture: Capture): { readonly capture: Capture; readonly group: AudioGroup | null } {
  if (capture.frames.length === 0) return { capture, group: null };
  const audio = new Uint8Array(capture.frames.length * frameBytes);
  for (const [index, frame] of capture.frames.entries()) audio.set(frame, index * frameBytes);
  return {
    capture: captureFrom(capture.positionMs),
    group: {
      startsAtMs: capture.positionMs - waitingMs(capture),
      audio,
      concealedFrames: capture.concealedFrames,
    },
  };
}
