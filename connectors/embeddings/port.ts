/** Sentence embeddings: unit vectors whose dot product is the similarity of meaning. Not an effect port: adapters of other ports and the local reasoner use it inside. */
export type Embeddings = {
  /** Name of the model; vectors of different models must never be compared. */
  readonly model: string;
  readonly dimensions: number;
  /** One unit vector for each text, in order. `query` and `document` differ where the model wants an instruction before queries. */
  embed(texts: readonly string[], kind: "query" | "document"): Promise<readonly Float32Array[]>;
};
