/**
 * Counts what is still to be done for one record of the log: its step, its publishing, its effects and the steps that their results lead to.
 * When nothing is left, its offset counts as finished.
 */
export class Settlement {
  #open = 1;
  readonly #finish: () => void;

  constructor(finish: () => void) {
    this.#finish = finish;
  }

  /** One more thing to be done. */
  hold(): void {
    this.#open += 1;
  }

  /** One thing less. */
  release(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#finish();
  }
}
