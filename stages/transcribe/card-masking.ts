/**
 * Card numbers never enter a topic. A run of 13 to 19 digits, written or spoken, is replaced where it is first heard, whether or not it passes a check sum;
 * order numbers, PINs and prices are shorter. https://en.wikipedia.org/wiki/ISO/IEC_7812
 */
const SPOKEN: Readonly<Record<string, number>> = {
  zero: 1,
  oh: 1,
  o: 1,
  nought: 1,
  one: 1,
  two: 1,
  three: 1,
  four: 1,
  five: 1,
  six: 1,
  seven: 1,
  eight: 1,
  nine: 1,
  ten: 2,
  eleven: 2,
  twelve: 2,
  thirteen: 2,
  fourteen: 2,
  fifteen: 2,
  sixteen: 2,
  seventeen: 2,
  eighteen: 2,
  nineteen: 2,
  twenty: 1,
  thirty: 1,
  forty: 1,
  fifty: 1,
  sixty: 1,
  seventy: 1,
  eighty: 1,
  ninety: 1,
};
const REPEATS: Readonly<Record<string, number>> = { double: 2, triple: 3 };
const SHORTEST = 13;

type Token = { readonly text: string; readonly digits: number; readonly repeat: number };

function tokenOf(text: string): Token {
  const word = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const repeat = REPEATS[word] ?? 0;
  if (repeat > 0) return { text, digits: 0, repeat };
  if (/^\d+$/.test(word)) return { text, digits: word.length, repeat: 0 };
  const spoken = text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== "");
  const isSpoken = spoken.length > 0 && spoken.every((part) => SPOKEN[part] !== undefined);
  return { text, digits: isSpoken ? spoken.reduce((sum, part) => sum + (SPOKEN[part] ?? 0), 0) : 0, repeat: 0 };
}

/** The text with every card-like run replaced by `####`. */
export function maskCardNumbers(text: string): string {
  const parts = text.split(/(\s+)/);
  const output: string[] = [];
  let run: string[] = [];
  let digits = 0;
  let repeat = 0;
  const flush = (): void => {
    const trailing = run.length > 0 && /^\s+$/.test(run[run.length - 1] ?? "") ? run.pop() : undefined;
    output.push(...(digits >= SHORTEST ? ["####"] : run));
    if (trailing !== undefined) output.push(trailing);
    run = [];
    digits = 0;
    repeat = 0;
  };
  for (const part of parts) {
    if (/^\s*$/.test(part)) {
      (run.length > 0 ? run : output).push(part);
      continue;
    }
    const token = tokenOf(part);
    if (token.digits === 0 && token.repeat === 0) {
      flush();
      output.push(part);
      continue;
    }
    run.push(part);
    digits += token.digits * Math.max(1, repeat);
    repeat = token.repeat;
  }
  flush();
  return output.join("");
}
