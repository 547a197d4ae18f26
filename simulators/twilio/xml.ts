import { TwilioError, twilioErrors } from "./twilio-error.ts";

/** An element of a TwiML document; `text` is its own character data, joined and trimmed. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

type OpenElement = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };

const maxDocumentCharacters = 65_536;
const maxDepth = 16;
const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const tagPattern = /^<(\/?)([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/;
const attributePattern = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

function fail(message: string): never {
  throw new TwilioError(twilioErrors.documentParseFailure, `document parse failure: ${message}`);
}

function decodeEntities(text: string): string {
  return text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(";")) fail(`"&" that starts no entity near ${JSON.stringify(whole.slice(0, 20))}`);
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    if (numeric !== null) {
      const code = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16);
      if (code === 0 || code > 0x10ffff) fail(`character reference ${whole} is out of range`);
      return String.fromCodePoint(code);
    }
    return namedEntities[name] ?? fail(`unknown entity ${whole}`);
  });
}

function parseAttributes(source: string, element: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", double, single] of source.matchAll(attributePattern)) {
    if (Object.hasOwn(attributes, name)) fail(`<${element}> has attribute ${name} twice`);
    attributes[name] = decodeEntities(double ?? single ?? "");
  }
  return attributes;
}

/**
 * Parses the XML subset that TwiML uses (elements, attributes, text, comments, CDATA, the five entities and character references).
 * Throws {@link TwilioError} 12100 for anything else, a document type declaration included, and beyond 64 KB.
 */
export function parseXml(document: string): XmlElement {
  if (document.length > maxDocumentCharacters) fail(`longer than ${maxDocumentCharacters} characters`);
  let rest = document.replace(/^\uFEFF/, "").replace(/^\s*<\?xml[^>]*\?>/, "");
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  const close = (element: OpenElement): void => {
    const closed = { ...element, text: element.text.trim() };
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(closed);
    else if (root === undefined) root = closed;
    else fail("more than one root element");
  };
  const addText = (text: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
    else if (text.trim() !== "") fail("text outside the root element");
  };
  while (rest !== "") {
    const special = /^<!--[\s\S]*?-->/.exec(rest) ?? /^<!\[CDATA\[([\s\S]*?)\]\]>/.exec(rest);
    if (special !== null) {
      if (special[1] !== undefined) addText(special[1]);
      rest = rest.slice(special[0].length);
      continue;
    }
    if (!rest.startsWith("<")) {
      const end = rest.indexOf("<");
      const text = end === -1 ? rest : rest.slice(0, end);
      addText(decodeEntities(text));
      rest = rest.slice(text.length);
      continue;
    }
    const tag = tagPattern.exec(rest);
    if (tag === null) fail(`malformed markup near ${JSON.stringify(rest.slice(0, 30))}`);
    const [whole, isClosing, name = "", attributes = "", isEmpty] = tag;
    rest = rest.slice(whole.length);
    if (isClosing === "/") {
      const element = open.pop();
      if (element?.name !== name || attributes.trim() !== "") fail(`</${name}> closes nothing`);
      close(element);
      continue;
    }
    if (open.length >= maxDepth) fail(`nested deeper than ${maxDepth}`);
    const element = { name, attributes: parseAttributes(attributes, name), children: [], text: "" };
    if (isEmpty === "/") close(element);
    else open.push(element);
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) fail(`<${unclosed.name}> is not closed`);
  return root ?? fail("no root element");
}
