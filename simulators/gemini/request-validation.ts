/** A request that the API refuses, as it would say it. */
export type Refusal = {
  readonly httpStatus: number;
  readonly status: string;
  readonly message: string;
  readonly reason?: string;
};

/** What the simulator needs from a valid request. */
export type ValidRequest = {
  readonly promptCharacters: number;
  /** The caller's words, or undefined when the last user content is not JSON with an `utterance`. */
  readonly utterance: string | undefined;
  /** What the caller said before, or undefined where the request tells no history. */
  readonly utteranceBefore: string | undefined;
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  readonly isJson: boolean;
  readonly maxOutputTokens: number;
  readonly unsupportedSchemaKeywords: readonly string[];
};

type Json = Readonly<Record<string, unknown>>;

const topLevelFields: ReadonlySet<string> = new Set([
  "contents",
  "systemInstruction",
  "system_instruction",
  "generationConfig",
  "generation_config",
  "tools",
  "toolConfig",
  "safetySettings",
  "cachedContent",
  "serviceTier",
  "model",
]);

/** Keywords that `responseJsonSchema` honours; others are accepted and ignored. https://ai.google.dev/gemini-api/docs/structured-output */
const schemaKeywords: ReadonlySet<string> = new Set(
  (
    "$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum anyOf oneOf " +
    "properties additionalProperties required propertyOrdering"
  ).split(" "),
);

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): Refusal {
  return { httpStatus: 400, status: "INVALID_ARGUMENT", message };
}

function collectUnsupported(schema: unknown, found: Set<string>, depth: number): void {
  if (!isObject(schema) || depth > 32) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (!schemaKeywords.has(keyword)) found.add(keyword);
    if (keyword === "properties" || keyword === "$defs") {
      if (isObject(value)) for (const nested of Object.values(value)) collectUnsupported(nested, found, depth + 1);
    } else if (Array.isArray(value)) {
      for (const nested of value) collectUnsupported(nested, found, depth + 1);
    } else {
      collectUnsupported(value, found, depth + 1);
    }
  }
}

function textsOf(content: unknown): string[] | undefined {
  if (!isObject(content) || !Array.isArray(content.parts) || content.parts.length === 0) return undefined;
  return content.parts.map((part: unknown) => (isObject(part) && typeof part.text === "string" ? part.text : ""));
}

/** Finds the JSON object that the last user content carries, whatever stands around it. */
function readData(text: string): Json {
  const begin = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (begin < 0 || end <= begin) return {};
  try {
    const data: unknown = JSON.parse(text.slice(begin, end + 1));
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}

/** Finds `utterance` in that object. */
export function readUtterance(text: string): string | undefined {
  const { utterance } = readData(text);
  return typeof utterance === "string" ? utterance : undefined;
}

/** Finds the caller's last words in its `history`, a list of `{ speaker, text }`. */
function readUtteranceBefore(text: string): string | undefined {
  const { history } = readData(text);
  if (!Array.isArray(history)) return undefined;
  const last: unknown = history.findLast((entry: unknown) => isObject(entry) && entry.speaker === "caller");
  return isObject(last) && typeof last.text === "string" ? last.text : undefined;
}

function checkGeneration(generation: Json, model: string, hasTools: boolean): Refusal | undefined {
  const { responseMimeType, responseSchema, responseJsonSchema, temperature, maxOutputTokens, thinkingConfig } =
    generation;
  const isJson = responseMimeType === "application/json";
  const hasSchema = responseSchema !== undefined || responseJsonSchema !== undefined;
  if (responseSchema !== undefined && responseJsonSchema !== undefined)
    return invalid("Only one of response_schema and response_json_schema may be set.");
  if (hasSchema && !isJson && responseMimeType !== "text/x.enum")
    return invalid("response_schema is only supported with response_mime_type application/json or text/x.enum.");
  if (isJson && hasTools && model.startsWith("gemini-2.5"))
    return invalid("Function calling with a response mime type: 'application/json' is unsupported");
  if (temperature !== undefined && (typeof temperature !== "number" || temperature < 0 || temperature > 2))
    return invalid("temperature must be in the range [0.0, 2.0].");
  if (
    maxOutputTokens !== undefined &&
    (!Number.isInteger(maxOutputTokens) || Number(maxOutputTokens) < 1 || Number(maxOutputTokens) > 65_536)
  )
    return invalid("max_output_tokens must be in the range [1, 65536].");
  if (isObject(thinkingConfig)) {
    const isThird = model.startsWith("gemini-3");
    if (thinkingConfig.thinkingLevel !== undefined && !isThird)
      return invalid("Thinking level is not supported for this model.");
    if (thinkingConfig.thinkingBudget !== undefined && isThird)
      return invalid("Thinking budget is not supported for this model.");
    if (thinkingConfig.thinkingBudget === 0 && model.includes("-pro"))
      return invalid("Budget 0 is invalid. This model only works in thinking mode.");
  }
  return undefined;
}

/** Checks a body of `generateContent` as the API does. */
export function validateGenerateContent(body: unknown, model: string): ValidRequest | Refusal {
  if (!isObject(body)) return invalid("Invalid JSON payload received.");
  for (const name of Object.keys(body))
    if (!topLevelFields.has(name))
      return invalid(`Invalid JSON payload received. Unknown name "${name}": Cannot find field.`);
  const { contents } = body;
  if (!Array.isArray(contents) || contents.length === 0)
    return invalid("* GenerateContentRequest.contents: contents is not specified");
  let promptCharacters = 0;
  let lastUserText = "";
  for (const [index, content] of contents.entries()) {
    const texts = textsOf(content);
    if (texts === undefined)
      return invalid(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`);
    const role: unknown = isObject(content) ? (content.role ?? "user") : "user";
    if (role !== "user" && role !== "model") return invalid("Please use a valid role: user, model.");
    promptCharacters += texts.join("").length;
    if (role === "user") lastUserText = texts.join("");
    else if (index === contents.length - 1) return invalid("Please ensure that the last content is of the user role.");
  }
  const systemInstruction = body.systemInstruction ?? body.system_instruction;
  if (systemInstruction !== undefined) promptCharacters += textsOf(systemInstruction)?.join("").length ?? 0;
  const generation = body.generationConfig ?? body.generation_config ?? {};
  if (!isObject(generation)) return invalid("Invalid value at 'generation_config'.");
  const refusal = checkGeneration(generation, model, Array.isArray(body.tools) && body.tools.length > 0);
  if (refusal !== undefined) return refusal;
  const schema = generation.responseJsonSchema ?? generation.responseSchema;
  const unsupported = new Set<string>();
  if (generation.responseJsonSchema !== undefined) collectUnsupported(generation.responseJsonSchema, unsupported, 0);
  return {
    promptCharacters,
    utterance: readUtterance(lastUserText),
    utteranceBefore: readUtteranceBefore(lastUserText),
    schema: isObject(schema) ? schema : undefined,
    isJson: generation.responseMimeType === "application/json",
    maxOutputTokens: typeof generation.maxOutputTokens === "number" ? generation.maxOutputTokens : 8192,
    unsupportedSchemaKeywords: [...unsupported],
  };
}
