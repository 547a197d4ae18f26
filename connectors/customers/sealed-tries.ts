import { PartylineError } from "../../runtime/errors.ts";
import { openDigits } from "../../runtime/sealed-digits.ts";
import type { Customers } from "./port.ts";
import type { OpenCustomers } from "./postgres.ts";

/** Opens PINs and codes, which are sealed in every record and in every state, where they are checked. */
export function withSealedDigits<C extends OpenCustomers>(customers: C, key: string): Omit<C, "verify"> & Customers {
  return {
    ...customers,
    async verify({ sealedDigits, ...input }, context) {
      const digits = openDigits(key, context.callSid, sealedDigits);
      if (digits === null) throw new PartylineError("INVALID_INPUT", "the digits were not sealed for this call");
      return await customers.verify({ ...input, digits }, context);
    },
  };
}
