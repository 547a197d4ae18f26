/**
 * Recognises words that try to give the system instructions instead of asking the shop for something. Pure.
 *
 * A screen, not a wall: what a caller may do is decided by code that never reads their words. A suspicion keeps the words from the model and
 * raises the call's risk, so it must be rare among ordinary callers.
 */

const instructions =
  "(?:instructions?|rules?|prompts?|guidelines?|programming|directives?|training|restrictions?|safeguards?|safety (?:rules|settings|filters?)|policies|policy|constraints|orders from|configuration)";
const owners =
  "(?:your|you're|ur|all|all of|any|every|the|these|those|previous|prior|above|earlier|system|original|current|former|preceding|developer'?s?|initial|of|other|safety|company)";
const roles =
  "(?:administrators?|admin|developers?|system|owner|managers?|supervisor|ceo|engineers?|employees?|staff|creator|boss|root|superuser|programmer|technician|operator|head office|openai|google|it department|support team|security team|test team|qa team)";
const powers =
  "(?:discount|free|refund|price|prices|authori[sz]e[ds]?|approved?|waive|override|unlock|access|verified|verify|without|skip|set|pin|charge|credit|total|bypass|test order|balance|accounts?)";
const reveals =
  "(?:reveal|show|print|repeat|tell|output|read|recite|dump|leak|give|display|what(?:'s| is| are| were)|share|expose|disclose|describe|summari[sz]e)";

const patterns: readonly RegExp[] = [
  // Taking back what the system was told.
  `\\b(?:ignore|disregard|forget|override|bypass|overrule|neglect|abandon|circumvent|discard|drop|break|violate|stop following|don't follow|do not follow|disobey|pay no attention to)\\b(?: \\S+){0,2} (?:${owners} ){1,4}(?:\\S+ )?${instructions}\\b`,
  `\\b(?:ignore|disregard|forget|override) ${instructions}\\b`,
  "\\b(?:ignore|disregard|forget|erase) (?:all|everything|anything|whatever|what)(?: that)?(?: (?:you|they|was|were|above|before|came|previously|has|had|i've been|your)\\b)(?! (?:said|told me|just said|recommended|offered|showed))",
  "\\b(?:new|updated|real|following|secret) (?:system )?(?:instructions?|directives?|prompt)(?: \\S+){0,2} (?:are|is|follow|apply|for you|from|to)\\b",
  "\\byour (?:new|real|true|only) (?:role|instructions?|task|job|purpose|goal|name|rules?|directive|identity|programming)\\b",
  "\\b(?:ignore|disregard|forget|override) (?:all |everything )?(?:the |of the )?(?:above|previous|prior|preceding)\\b",
  // Another role or mode.
  "\\byou(?:'re| are)(?: (?:now|no longer|hereby|actually secretly)) (?!(?:open|closed|talking|speaking|in stock|able|sold out|offering|selling|showing)\\b)",
  "\\b(?:act|behave|respond|answer|speak|operate) (?:as|like|as if|as though) (?:if |though )?(?:you|an? (?:unrestricted|uncensored|different|evil|hacker|admin|developer|ai|system|root|manager|employee)|dan\\b|my )",
  "\\bpretend (?:to be|you|that you|that i|i am|i'm|this is|like you)\\b",
  "\\bfrom (?:now|this point|here)(?: on| onwards?| forward)?,? (?:you|your|act|respond|answer|only|every|all|everything|always)\\b",
  "\\b(?:role ?play|simulate|imagine) (?:as|being|that you|you)\\b",
  "\\b(?:developer|debug|admin|administrator|god|jailbreak|maintenance|sudo|dan|unrestricted|service|diagnostic|root|override) mode\\b",
  "\\b(?:enter|enable|activate|switch to|go into|start|turn on|you(?:'re| are) in|this is|we(?:'re| are) in) (?:a |the )?(?:test|testing|training|demo) ?(?:mode|environment|call)\\b",
  "\\b(?:jailbreak|jail break|do anything now|prompt injection)\\b",
  "\\b(?:without|no|free of|have no) (?:any )?(?:restrictions|limitations|filters|safeguards|guardrails|ethical \\S+)\\b",
  // What the system was told.
  `\\b${reveals}\\b(?: \\S+){0,3} (?:your|the|its|system'?s?|hidden|secret|initial|original) (?:\\S+ )?(?:system prompt|prompt|hidden instructions|initial instructions|source code|internal \\S+|api keys?|secret keys?|password)\\b`,
  `\\b${reveals}\\b(?: \\S+){0,3} your (?:\\S+ )?(?:instructions|guidelines|programming|directives|configuration)\\b`,
  "\\b(?:system prompt|system message|hidden prompt|initial prompt)\\b",
  // Authority that a caller cannot have.
  `\\b(?:i am|i'm|this is|it's|speaking as|as|acting as|i work as|here is) (?:the|your|an?|one of the)? ?(?:\\S+ )?${roles}\\b.*\\b${powers}\\b`,
  `\\b(?:the|your|my|our) (?:\\S+ )?${roles} (?:\\S+ ){0,2}(?:said|says|told|authori[sz]ed|approved|instructed|agreed|wants|allows|allowed)\\b.*\\b${powers}\\b`,
  // Prices and discounts by decree.
  "\\b(?:give|apply|grant|set|make|add|put|take|adjust|approve|authori[sz]e|want|need|get)\\b.{0,50}\\b(?:100|(?:a |one )?hundred|99|ninety(?:[- ]\\w+)?|9\\d|full|complete|total) ?(?:percent|%) (?:discount|off|reduction)",
  "\\b(?:set|change|make|adjust|lower|reduce|update|override|edit|drop) (?:(?:the|all|its|their|that|this|my|every|your|order|unit|final) ){0,3}(?:prices?|total|amount|cost|bill|balance)(?: \\S+){0,5} (?:to|at|as|is) (?:zero|0|\\$0|free|nothing|(?:one|1|a|ten|five) (?:cents?|dollar|penny)|a penny|minus|negative)\\b",
  "\\b(?:everything|all (?:the )?(?:items|products|orders)) (?:is|are) (?:now )?(?:free|zero)\\b",
  // Controls by decree.
  "\\b(?:disable|bypass|override|turn off|switch off|circumvent|deactivate|suspend|waive|remove)\\b(?: \\S+){0,3} (?:verification|identity|security|authentication|confirmation|fraud|safety|pin)\\b(?! lights?| cameras?| systems?)",
  "\\b(?:mark|treat|consider|flag|register|log|set|record)\\b(?: \\S+){1,4} as (?:already |being |fully )?(?:verified|authenticated|confirmed|paid|approved|trusted|an? admin\\w*|identified|the owner)\\b",
  "\\b(?:charge|bill|put it on|use) (?:\\S+ ){0,4}(?:another|someone else'?s?|somebody else'?s?|other|a different) (?:customer|caller|user|person|account|card holder|cardholder)",
  // Others' data.
  "\\b(?:other|another|all|every|all the|all of your|previous|last|next|different)(?: of)?(?: the| your)? (?:customers?|callers?|users?|clients?|account holders?)(?:'s?|s')? (?:orders?|cards?|pins?|data|details?|address(?:es)?|information|accounts?|names?|numbers?|records?|purchases?|email)",
  "\\b(?:list|dump|export|enumerate|read me|give me|show me|tell me) (?:\\S+ ){0,2}(?:all|every|the) (?:\\S+ )?(?:customers?|callers|users|pins|card numbers|passwords|accounts|database)\\b",
  "\\b(?:someone|somebody) else'?s (?:order|account|card|pin|address)\\b",
  // Machine talk.
  "<\\|?/?(?:system|im_start|im_end|user|assistant|inst|call-data)\\b|\\[/?(?:system|inst)\\]|```|(?:^|[.\\n] ?)(?:system|assistant|developer) ?:",
  '\\{\\s*"?(?:intent|role|entities|tool|action|function)"?\\s*:',
  "\\b(?:call|invoke|execute|run|trigger|use) (?:the |a |this )?(?:\\S+ )?(?:tool|function|api|command|code|sql|script|query|shell|place_?order|apply_?discount|verify_?identity)(?: (?:now|with|to|and|named|called|directly)\\b|$|[.(,])",
  "\\b(?:drop table|select \\S+ from \\S+ where|delete from \\w+|insert into \\w+|update \\w+ set \\w+ ?=|rm -rf|base ?64|rot ?13|sudo )",
  "\\b(?:placeorder|applydiscount|verifyidentity|place_order|apply_discount|verify_identity|isconfirmed|isinjectionsuspected)\\b",
  "\\b(?:respond|reply|answer|output|say) (?:only|exactly|nothing but|with only|with exactly|in json|with json|the following words)\\b",
  "\\brepeat after me\\b",
  "\\b(?:your|the) (?:output|answer|response|reply|next response|json) (?:must|should|has to|shall|will) (?:be|say|contain|include|start|begin|have)\\b",
].map((source) => new RegExp(source, "u"));

const maxScreenedLength = 4_000;

/** Words as they are screened: compatibility forms folded, invisible characters removed, letters spelled one by one joined, spaces single. */
export function normaliseForScreening(text: string): string {
  return text
    .slice(0, maxScreenedLength)
    .normalize("NFKC")
    .replace(/\p{Cf}|\p{Variation_Selector}|[\u{E0000}-\u{E007F}]/gu, "")
    .replaceAll(/[‘’ʼ`´]/g, "'")
    .toLowerCase()
    .replace(/(?<![\p{L}\p{N}])(?:\p{L}[ .-]){3,}\p{L}(?![\p{L}\p{N}])/gu, (spelled) => spelled.replace(/[ .-]/g, ""))
    .replace(/[^\S\n]+/g, " ")
    .trim();
}

/** Whether an utterance tries to give the system instructions, claims authority that a caller cannot have, or reaches for others' data. */
export function isInjectionSuspected(text: string): boolean {
  const screened = normaliseForScreening(text);
  const plain = screened.replace(/[,;!?"“”()]+/g, " ").replace(/ +/g, " ");
  return patterns.some((pattern) => pattern.test(screened) || pattern.test(plain));
}
