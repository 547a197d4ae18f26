const known = new Map<string, number>();

/** How many digits a currency has behind the point: 2 for USD, 0 for JPY, 3 for KWD; 2 for a code that is not assigned. ISO 4217. Throws RangeError for what is no code. */
export function minorDigitsOf(currency: string): number {
  let digits = known.get(currency);
  if (digits === undefined) {
    digits =
      new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
    known.set(currency, digits);
  }
  return digits;
}

/** Spoken prices are read in hundredths of a unit, whatever the unit is; here in the currency's minor units, rounded: 200000 is 2000 JPY, and 2000000 of KWD. */
export function minorOfHundredths(hundredths: number, currency: string): number {
  return Math.round(hundredths * 10 ** (minorDigitsOf(currency) - 2));
}
