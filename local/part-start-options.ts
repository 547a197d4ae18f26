/** What every server of the local stack takes. */
export interface PartStartOptions {
  /** Where it keeps its data and settings; created when missing, never removed by the server. */
  readonly directory: string;
  /** A free port by default. */
  readonly port?: number | undefined;
  /** The cache folder, when not the user's. */
  readonly cache?: string | undefined;
  /** Told, in one line each, what takes time. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Told when the server ends without having been asked to, with its last lines. */
  readonly onUnexpectedExit?: ((message: string) => void) | undefined;
}
