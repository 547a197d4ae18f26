const surprises: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["the clock", /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )(?<![.\w])Date\(|\bperformance\./],
  ["randomness", /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/],
  ["the process", /(?<![.\w])process\./],
  ["timers", /(?<![.\w])(setTimeout|setInterval|setImmediate|queueMicrotask)\(/],
  ["the network", /(?<![.\w])(fetch\(|new (WebSocket|EventSource|XMLHttpRequest)\b)/],
  ["output", /(?<![.\w])console\./],
  ["global state", /\bglobalThis\b/],
];

/** What in a source text depends on more than its arguments; comments and plain strings are passed over. */
export function surprisesIn(text: string): readonly string[] {
  const code = text
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "");
  return surprises.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}
