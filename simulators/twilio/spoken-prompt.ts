import { carry } from "../speech-carrier/carry.ts";
import { speak } from "../speech-carrier/voice.ts";
import type { SpeakText } from "./line.ts";

/** The voice of `<Say>`: audible, and carrying its words like all simulated speech. */
export function createPromptVoice(): SpeakText {
  let utterance = 0x8000;
  return (text) => {
    // Prompts count in the upper half so that they never look like an utterance of the application's own voice.
    utterance = utterance === 0xffff ? 0x8000 : utterance + 1;
    return Promise.resolve(carry(text, speak(text, { voice: "low" }), utterance));
  };
}
