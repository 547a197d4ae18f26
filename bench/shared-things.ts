/** What takes long to start and can serve several instruments, one after the other: started once, ended together. */

/** Something that runs, and how it ends. */
export type Started<T> = { readonly value: T; stop(): Promise<unknown> };

export class SharedThings {
  readonly #things = new Map<string, Promise<Started<unknown>>>();

  /** What was started under this key; starts it when nothing was, or when that failed. */
  async get<T>(key: string, start: () => Promise<Started<T>>): Promise<T> {
    let thing = this.#things.get(key) as Promise<Started<T>> | undefined;
    if (thing === undefined) {
      thing = start();
      this.#things.set(key, thing);
      thing.catch(() => this.#things.delete(key));
    }
    return (await thing).value;
  }

  /** Ends everything, last first. Everything is tried; the first failure is thrown. */
  async stop(): Promise<void> {
    const started = await Promise.allSettled([...this.#things.values()].reverse());
    this.#things.clear();
    const failures: unknown[] = [];
    for (const thing of started) {
      if (thing.status === "rejected") continue;
      await thing.value.stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
