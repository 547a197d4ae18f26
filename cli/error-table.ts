import { errorCodes } from "../runtime/errors.ts";
import { markdownTable } from "./markdown-table.ts";

/** `docs/errors.md`: what each code means. */
export function errorsDocument(): string {
  const rows = Object.entries(errorCodes).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return `# Error codes

Printed from \`runtime/errors.ts\` by \`npm run generate\`. Every error that crosses a seam carries one of these codes: in the field \`code\` of log lines, in the header \`code\` of
dead letters, in the label \`code\` of \`partyline_dead_letters_total\`, and in the input that a core gets when an effect fails. An error also says whether the same request may succeed
later (\`isRetryable\`).

${markdownTable(["code", "meaning"], rows)}
`;
}
