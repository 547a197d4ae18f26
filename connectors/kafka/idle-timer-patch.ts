/**
 * kafkajs 2.2.4 re-arms a timer without delay for as long as a connection lives, which costs several percent of a core per idle connection
 * (https://github.com/tulios/kafkajs/issues/1556). The patch arms it only when a request is waiting, and never with a negative delay.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** The version whose source was read for this patch and for everything else that is said about kafkajs here. */
const EXPECTED_VERSION = "2.2.4";
const RETRY_AFTER_MS = 10;

type RequestQueue = {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
};

/** Applies the patch to this process. Throws when another kafkajs version is installed: read its source first. */
export function patchIdleTimer(): void {
  const { version } = require("kafkajs/package.json") as { version: string };
  if (version !== EXPECTED_VERSION)
    throw new Error(
      `kafkajs ${version} is installed, ${EXPECTED_VERSION} was expected: check connectors/kafka/idle-timer-patch.ts against its source`,
    );
  const { prototype } = require("kafkajs/src/network/requestQueue") as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : RETRY_AFTER_MS,
    );
  };
}
