import type { CallEvent } from "./port.ts";

type Frames = Extract<CallEvent, { type: "frames" }>;

const frameBytes = 160;
/** While nobody speaks, this many frames travel together; while somebody does, none waits. */
const quietFrames = 5;
/** After the last voiced frame every frame still goes alone: the end of speech is found by counting silence. */
const alertFrames = 25;
const maxBatchFrames = 110;

/** Groups a call's frames on their way to the core: at once around speech, in hundredths of a second otherwise. */
export class FrameBatch {
  readonly #streamSid: string;
  readonly #deliver: (event: Frames) => void;
  #frames: Uint8Array[] = [];
  #voiced: boolean[] = [];
  #concealed = 0;
  #sinceVoiced = alertFrames;

  constructor(streamSid: string, deliver: (event: Frames) => void) {
    this.#streamSid = streamSid;
    this.#deliver = deliver;
  }

  add(frame: Uint8Array, isVoiced: boolean, isConcealed: boolean): void {
    this.#frames.push(frame);
    this.#voiced.push(isVoiced);
    if (isConcealed) this.#concealed += 1;
    this.#sinceVoiced = isVoiced ? 0 : this.#sinceVoiced + 1;
    if (this.#frames.length >= maxBatchFrames) this.flush(Date.now());
  }

  /** Delivers when it is time: called after each message. */
  settle(nowMs: number): void {
    if (this.#sinceVoiced < alertFrames || this.#frames.length >= quietFrames) this.flush(nowMs);
  }

  /** Delivers what waits. */
  flush(receivedAtMs: number): void {
    const [only] = this.#frames;
    if (only === undefined) return;
    let audio = only;
    if (this.#frames.length > 1) {
      audio = new Uint8Array(this.#frames.length * frameBytes);
      for (const [index, frame] of this.#frames.entries()) audio.set(frame, index * frameBytes);
    }
    const voiced = this.#voiced;
    const concealedFrames = this.#concealed;
    this.#frames = [];
    this.#voiced = [];
    this.#concealed = 0;
    this.#deliver({ type: "frames", streamSid: this.#streamSid, audio, voiced, concealedFrames, receivedAtMs });
  }
}
