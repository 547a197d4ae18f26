/** What a caller waits to hear: text that must occur (case and spacing do not matter), or a regular expression. */
export type HeardPattern = string | RegExp;

function flatten(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}

/** True when the pattern occurs in what was heard. */
export function isHeardIn(heard: string, pattern: HeardPattern): boolean {
  if (typeof pattern === "string") return flatten(heard).includes(flatten(pattern));
  pattern.lastIndex = 0;
  return pattern.test(heard);
}

/** Reads `/…/flags` as a regular expression (case does not matter) and anything else as text. Throws `SyntaxError`. */
export function parseHeardPattern(text: string): HeardPattern {
  const match = /^\/(.+)\/([a-z]*)$/s.exec(text);
  if (match === null) return text;
  const [, source = "", flags = ""] = match;
  return new RegExp(source, flags.includes("i") ? flags : `${flags}i`);
}
