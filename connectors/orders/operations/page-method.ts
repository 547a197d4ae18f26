/** The way to pay of who pays on a page of the payment provider, with whatever card they like. It is no card on file; what was paid so goes back to where it came from. */
export const pageMethodId = "page";
