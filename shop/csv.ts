/** A record of a CSV text and the line that it begins in, from 1. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

/**
 * Records of a CSV text (RFC 4180): fields apart by commas, quoted where they hold commas, quotes or line ends, a quote doubled within. A quote that is never closed
 * makes everything behind it part of its field, so such a record is told as `null` fields. Empty lines are skipped.
 */
export function readCsv(text: string): readonly (CsvRecord | { readonly line: number; readonly fields: null })[] {
  const records: (CsvRecord | { readonly line: number; readonly fields: null })[] = [];
  let fields: string[] = [];
  let field = "";
  let line = 1;
  let begun = 1;
  let isQuoted = false;
  const end = (): void => {
    fields.push(field);
    if (fields.length > 1 || field !== "") records.push({ line: begun, fields });
    fields = [];
    field = "";
  };
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] ?? "";
    if (sign === "\n") line += 1;
    if (isQuoted) {
      if (sign !== '"') field += sign;
      else if (source[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && field === "") isQuoted = true;
    else if (sign === ",") {
      fields.push(field);
      field = "";
    } else if (sign === "\n") {
      end();
      begun = line;
    } else if (sign !== "\r") field += sign;
  }
  if (isQuoted) records.push({ line: begun, fields: null });
  else if (field !== "" || fields.length > 0) end();
  return records;
}

/** A line of CSV. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => quoted(String(field))).join(",")}\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
