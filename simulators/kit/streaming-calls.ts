import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import { isWireError, type WireError, type WireMessage } from "./grpc-message.ts";

/** One call of a method that streams both ways. */
export type StreamingCall = ServerDuplexStream<WireMessage, WireMessage>;

/** Where a session's results go; after `fail` or `end` nothing more is delivered. */
export type SessionSink<Result> = {
  deliver(result: Result): void;
  fail(error: WireError): void;
  end(): void;
};

/** What happens in a call after its first message. */
export type StreamSession = {
  /** Takes a further message; gives the error with which the vendor ends the call for it. */
  take(message: WireMessage): WireError | undefined;
  /** The client half-closed: what is open is finished, then the stream ends. */
  finish(): void;
  /** The client is gone. */
  discard(): void;
};

/** A method that streams both ways. */
export type StreamingMethod<Session extends StreamSession> = {
  /** Why a call is not taken, before it says anything. */
  readonly refuse?: () => WireError | undefined;
  /** Starts what the first message asks for; gives the error that the vendor answers where it is not a valid configuration. */
  readonly begin: (message: WireMessage, sink: SessionSink<WireMessage>) => Session | WireError;
  /** What the vendor says of a call that ends before its first message. */
  readonly unopenedDetails: string;
  /** Called once for each call: half-closed, cancelled, broken, or the name of the error's code. */
  readonly onEnded: (outcome: string, session: Session | undefined) => void;
};

/** The streaming calls that a simulator has open. */
export type StreamingCalls = {
  count(): number;
  serve<Session extends StreamSession>(call: StreamingCall, method: StreamingMethod<Session>): void;
};

/** By then a call that ended because it was cancelled has said so. */
const settleMs = 20;

/** At most `maxStreams` calls at once; one more is answered with RESOURCE_EXHAUSTED and these details. */
export function createStreamingCalls(maxStreams: number, exhaustedDetails: string): StreamingCalls {
  const open = new Set<StreamingCall>();

  function serve<Session extends StreamSession>(call: StreamingCall, method: StreamingMethod<Session>): void {
    let session: Session | undefined;
    const settle = (outcome: string): void => {
      if (!open.delete(call)) return;
      session?.discard();
      method.onEnded(outcome, session);
    };
    const fail = (error: WireError): void => {
      if (!open.has(call)) return;
      settle(status[error.code] ?? String(error.code));
      call.emit("error", error);
    };
    const sink: SessionSink<WireMessage> = {
      deliver: (message) => void call.write(message),
      fail,
      end() {
        call.end();
        setTimeout(() => settle(call.cancelled ? "cancelled" : "half-closed"), settleMs);
      },
    };
    open.add(call);
    const refused =
      open.size > maxStreams ? { code: status.RESOURCE_EXHAUSTED, details: exhaustedDetails } : method.refuse?.();
    if (refused !== undefined) {
      fail(refused);
      return;
    }
    call.on("data", (message: WireMessage) => {
      if (!open.has(call)) return;
      if (session !== undefined) {
        const error = session.take(message);
        if (error !== undefined) fail(error);
        return;
      }
      const begun = method.begin(message, sink);
      if (isWireError(begun)) fail(begun);
      else session = begun;
    });
    call.on("end", () => {
      // A cancelled call ends, too, and mostly says only afterwards that it was cancelled.
      setImmediate(() => {
        if (call.cancelled) return;
        if (session === undefined) fail({ code: status.INVALID_ARGUMENT, details: method.unopenedDetails });
        else session.finish();
      });
    });
    call.on("cancelled", () => settle("cancelled"));
    call.on("error", () => settle("broken"));
  }

  return { count: () => open.size, serve };
}
