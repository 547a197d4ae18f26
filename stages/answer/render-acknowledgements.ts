/**
 * Renders the gateway's short sounds: `node stages/answer/render-acknowledgements.ts` writes acknowledgement-sounds.ts. They carry no text, so
 * that a recogniser on the other side hears no words in them.
 */
import { writeFileSync } from "node:fs";
import { speak } from "../../simulators/speech-carrier/voice.ts";

const words = ["Okay.", "Right.", "Let me see."];
const rate = 1.25;

const sounds = words.map((word) => Buffer.from(speak(word, { voice: "middle", rate })).toString("base64"));
const lines = sounds.map((sound) => `  "${sound}",`).join("\n");
writeFileSync(
  new URL("./acknowledgement-sounds.ts", import.meta.url),
  `// Rendered by render-acknowledgements.ts: ${words.join(" ")} Do not edit.
const inBase64 = [
${lines}
];

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Short sounds that bridge a wait: G.711 µ-law, 8000 Hz, mono, whole frames of 160 bytes. */
export const muLawSounds: readonly Uint8Array[] = inBase64.map(decode);
`,
);
