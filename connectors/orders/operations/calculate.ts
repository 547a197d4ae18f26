/** Exact arithmetic on what somebody said: numbers, + - * /, parentheses. No evaluation of code, no rounding before the end. */

/** A fraction in lowest terms is not needed: sizes are bounded. `over` is positive. */
type Fraction = { readonly units: bigint; readonly over: bigint };
type Result = { readonly status: "calculated"; readonly value: string } | { readonly status: "refused" };

const MAX_LENGTH = 500;
const MAX_DEPTH = 50;
/** Digits after which a number is no amount of anything any more. */
const MAX_DIGITS = 400;

class NotCalculable extends Error {}

/**
 * The value of an expression with two decimals, a half rounded to the even side. Refused: other characters, what is no expression, a division by zero,
 * more than 500 characters, or numbers beyond all measure.
 */
export function calculate(expression: string): Result {
  if (expression.length > MAX_LENGTH || !/^[0-9+\-*/(). ]*$/.test(expression)) return { status: "refused" };
  const tokens = expression.match(/\d+\.?\d*|\.\d+|\*\*|\/\/|[+\-*/().]/g) ?? [];
  try {
    const reader = { tokens, at: 0, depth: 0 };
    const value = sum(reader);
    if (reader.at !== tokens.length) return { status: "refused" };
    return { status: "calculated", value: rounded(value) };
  } catch (error) {
    if (error instanceof NotCalculable) return { status: "refused" };
    throw error;
  }
}

type Reader = { readonly tokens: readonly string[]; at: number; depth: number };

function sum(reader: Reader): Fraction {
  let value = product(reader);
  for (let token = reader.tokens[reader.at]; token === "+" || token === "-"; token = reader.tokens[reader.at]) {
    reader.at += 1;
    const next = product(reader);
    const units =
      token === "+"
        ? value.units * next.over + next.units * value.over
        : value.units * next.over - next.units * value.over;
    value = bounded({ units, over: value.over * next.over });
  }
  return value;
}

function product(reader: Reader): Fraction {
  let value = signed(reader);
  for (let token = reader.tokens[reader.at]; token === "*" || token === "/"; token = reader.tokens[reader.at]) {
    reader.at += 1;
    const next = signed(reader);
    value = token === "*" ? { units: value.units * next.units, over: value.over * next.over } : divided(value, next);
    value = bounded(value);
  }
  return value;
}

function signed(reader: Reader): Fraction {
  let isNegative = false;
  for (let token = reader.tokens[reader.at]; token === "+" || token === "-"; token = reader.tokens[reader.at]) {
    if (token === "-") isNegative = !isNegative;
    reader.at += 1;
  }
  const value = operand(reader);
  return isNegative ? { ...value, units: -value.units } : value;
}

function operand(reader: Reader): Fraction {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  if (token === "(") {
    reader.depth += 1;
    if (reader.depth > MAX_DEPTH) throw new NotCalculable();
    const value = sum(reader);
    if (reader.tokens[reader.at] !== ")") throw new NotCalculable();
    reader.at += 1;
    reader.depth -= 1;
    return value;
  }
  if (token === undefined || !/^(\d+\.?\d*|\.\d+)$/.test(token)) throw new NotCalculable();
  const [whole = "", decimals = ""] = token.split(".");
  return bounded({ units: BigInt(`${whole}${decimals}`), over: 10n ** BigInt(decimals.length) });
}

function divided(value: Fraction, by: Fraction): Fraction {
  if (by.units === 0n) throw new NotCalculable();
  const sign = by.units < 0n ? -1n : 1n;
  return { units: value.units * by.over * sign, over: value.over * by.units * sign };
}

function bounded(value: Fraction): Fraction {
  const digits = (given: bigint): number => given.toString().length;
  if (digits(value.units) > MAX_DIGITS || digits(value.over) > MAX_DIGITS) throw new NotCalculable();
  return value;
}

function rounded({ units, over }: Fraction): string {
  const isNegative = units < 0n;
  const hundredfold = (isNegative ? -units : units) * 100n;
  const below = hundredfold / over;
  const twice = (hundredfold % over) * 2n;
  const isUp = twice > over || (twice === over && below % 2n === 1n);
  const hundredths = (isUp ? below + 1n : below).toString().padStart(3, "0");
  const sign = isNegative && BigInt(hundredths) !== 0n ? "-" : "";
  return `${sign}${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`;
}
