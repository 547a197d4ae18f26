/** The ledger of what the caller really heard, from the gateway's marks. Only what was heard counts. */
import type { PlaybackCleared, PlaybackReached } from "../../schemas/generated/records.ts";
import type { Memory, Speech } from "./memory.ts";

/** As many sentences as an order may have lines, and some more. */
const maxHeardOffers = 120;

function withHeard(memory: Memory, speech: Speech, productIds: readonly (string | null | undefined)[]): Memory {
  const fresh = productIds.filter(
    (id): id is string => typeof id === "string" && memory.listed.includes(id) && !memory.heardListed.includes(id),
  );
  const amountCount = speech.lines.length - 1;
  const isAmountHeard = speech.isReadBack && speech.heardCount >= amountCount;
  const { readBack, care, heardOffers } = memory;
  const offered = speech.isReadBack ? speech.lines.slice(0, speech.heardCount).map(({ text }) => text) : [];
  return {
    ...memory,
    speech,
    heardOffers: [...heardOffers.filter((text) => !offered.includes(text)), ...offered].slice(-maxHeardOffers),
    heardListed: [...memory.heardListed, ...fresh],
    readBack: readBack !== null && isAmountHeard ? { ...readBack, isHeard: true } : readBack,
    care:
      care !== null && care.readBack !== null && isAmountHeard
        ? { ...care, readBack: { ...care.readBack, isHeard: true } }
        : care,
  };
}

/** A sentence was heard to its end. Marks of an older response change nothing. */
export function noteReached(memory: Memory, record: PlaybackReached): Memory {
  const { speech } = memory;
  if (speech === null || speech.responseId !== record.responseId) return memory;
  const heardCount = Math.max(speech.heardCount, record.sentenceIndex + 1);
  const next: Speech = {
    ...speech,
    heardCount,
    partText: "",
    isComplete: speech.isComplete || record.isComplete,
    wasCutOff: speech.wasCutOff && !record.isComplete,
  };
  return withHeard(
    memory,
    next,
    speech.lines.slice(0, heardCount).map((line) => line.productId),
  );
}

/** A response was cut off. A product whose name was already said counts as heard. */
export function noteCleared(memory: Memory, record: PlaybackCleared): Memory {
  const { speech } = memory;
  if (speech === null || speech.responseId !== record.responseId) return memory;
  const heardCount = Math.max(speech.heardCount, record.sentenceIndex);
  const next: Speech = { ...speech, heardCount, partText: record.heardText, wasCutOff: true };
  const cut = speech.lines[record.sentenceIndex];
  const name = memory.offers.find((offer) => offer.productId === cut?.productId)?.spokenName.toLowerCase();
  const isNamed = name !== undefined && record.heardText.toLowerCase().includes(name);
  const heard = speech.lines.slice(0, heardCount).map((line) => line.productId);
  return withHeard(memory, next, isNamed ? [...heard, cut?.productId] : heard);
}
