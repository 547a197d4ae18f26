/**
 * Tells speech from everything else on one call, frame by frame. It lives in the process that holds the call, so it answers at once.
 */
export type VoiceActivityDetector = {
  /** Whether this 20 ms frame (160 bytes of G.711 µ-law at 8000 Hz) holds speech. Frames must come in order. */
  isVoiced(frame: Uint8Array): boolean;
  /** Gives back what the detector holds. Idempotent. */
  close(): void;
};

/** Opens a detector for a call. Synchronous and cheap. */
export type OpenVoiceActivityDetector = () => VoiceActivityDetector;
