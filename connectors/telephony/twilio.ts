import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import type { Registry } from "prom-client";
import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { CallApi } from "./call-api.ts";
import { CallRecords } from "./call-records.ts";
import type { StreamStart } from "./media-messages.ts";
import { MediaServer } from "./media-server.ts";
import type { Admission, VoiceDetector } from "./media-socket.ts";
import type { CallEvent, Telephony } from "./port.ts";
import { TelephonyCounts } from "./telephony-counts.ts";
import { cardAnswer, connectAnswer, mediaUrl, type PublicPlace } from "./twiml-answers.ts";
import { Webhooks } from "./webhooks.ts";

/** Settings and surroundings of the adapter. */
export type TwilioTelephonyOptions = {
  readonly publicUrl: string;
  readonly twilioAccountSid: string;
  readonly twilioAuthToken: string;
  readonly twilioApiBase: string;
  readonly host: string;
  readonly port: number;
  readonly maxCalls: number;
  readonly maxResumes: number;
  /** Empty where no card can be keyed in. */
  readonly payConnector: string;
  readonly tokenSeconds: number;
  readonly startWithinMs: number;
  /** Listens beside other gateways on the same port. */
  readonly sharesPort: boolean;
  readonly gatewayId: string;
  readonly redisUrl: string;
  readonly metrics: Registry;
  openDetector(): VoiceDetector;
  deliver(callSid: string, event: CallEvent): void;
};

/** A running line. */
export type TwilioTelephony = {
  readonly telephony: Telephony;
  /** Port that it listens on. */
  readonly port: number;
  readonly counts: TelephonyCounts;
  /** Listens no more and tells all calls to go on elsewhere; resolves when the last stream has ended, when `withinMs` have passed, or when called off. */
  leave(withinMs: number, hurry: AbortSignal): Promise<void>;
  /** Ends all streams, so that their calls come back elsewhere, and stops. */
  close(): Promise<void>;
};

const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;
const storeTimeoutMs = 2000;
const maxConnections = 12_000;
const maxHeaderBytes = 16_384;
const checkTimeoutsEveryMs = 1000;
const leaveCheckMs = 20;

/** Opens the line: webhooks and media on one port, call records in Redis. Rejects when the port or Redis cannot be had. */
export async function openTwilioTelephony(options: TwilioTelephonyOptions): Promise<TwilioTelephony> {
  const publicUrl = readPublicUrl(options.publicUrl);
  const place = { publicUrl };
  const redis = new Redis(options.redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: storeTimeoutMs,
    connectTimeout: storeTimeoutMs,
  });
  // Each failed command rejects by itself; without a listener the client would print every lost connection.
  redis.on("error", () => counts.add("store.error"));
  const records = new CallRecords(redis, options.tokenSeconds);
  const counts: TelephonyCounts = new TelephonyCounts(options.metrics, () => media.openStreams);
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken, gatewayId, deliver } = options;
  let isLeaving = false;

  async function admit(start: StreamStart): Promise<Admission> {
    const refuse = (
      reason: "badStart" | "badFormat" | "tokenMissing" | "tokenUnknown" | "tokenForeign",
    ): Admission => ({
      isAdmitted: false,
      reason,
    });
    if (start.accountSid !== accountSid) return refuse("badStart");
    if (start.token === null || start.token.length > 200) return refuse("tokenMissing");
    const claim = await records.takeToken(start.token);
    if (claim === null) return refuse("tokenUnknown");
    if (claim.callSid !== start.callSid) return refuse("tokenForeign");
    if (!start.isMuLaw8000) return refuse("badFormat");
    const { callSid, streamSid } = start;
    const { attachment } = claim;
    const record = await records.attach(callSid, attachment, Date.now());
    if (record === null || record.isOver) return refuse("badStart");
    const { facts, firstAttachedAtMs, withheld, cardEntry } = record;
    const attached = { streamSid, attachment, gatewayId, facts, firstAttachedAtMs, withheld, cardEntry };
    return { isAdmitted: true, attached: { type: "streamAttached", ...attached } };
  }

  const media = new MediaServer({
    counts,
    authToken,
    mediaUrl: mediaUrl(place),
    maxCalls: options.maxCalls,
    startWithinMs: options.startWithinMs,
    openDetector: options.openDetector,
    admit,
    onEvent: deliver,
  });
  const webhooks = new Webhooks({
    publicUrl,
    accountSid,
    authToken,
    gatewayId,
    maxResumes: options.maxResumes,
    records,
    counts,
    isFull: () => media.openStreams >= options.maxCalls,
    isLeaving: () => isLeaving,
    onEvent: deliver,
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    if (webhooks.serves(url)) return webhooks.handle(request, response);
    if (request.method === "GET" && url === "/healthz") response.end("ok\n");
    else if (request.method === "GET" && url === "/readyz") {
      const isReady = !isLeaving && redis.status === "ready";
      response.statusCode = isReady ? 200 : 503;
      response.end(isReady ? "ready\n" : "not ready\n");
    } else {
      response.statusCode = 404;
      response.setHeader("connection", "close");
      response.end();
    }
  }

  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkTimeoutsEveryMs,
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: headersTimeoutMs,
      noDelay: true,
    },
    (request, response) => {
      answer(request, response).catch(() => {
        counts.add("http.failed");
        response.destroy();
      });
    },
  );
  server.maxConnections = maxConnections;
  server.on("upgrade", (request, socket, head) => media.upgrade(request, socket, head));
  const api = new CallApi({ accountSid, authToken, apiBase: options.twilioApiBase });

  try {
    await redis.connect();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: options.port, host: options.host, reusePort: options.sharesPort }, resolve);
    });
  } catch (thrown) {
    redis.disconnect();
    await media.close();
    throw thrown;
  }

  return {
    telephony: telephonyOf({ media, records, api, counts, place, payConnector: options.payConnector }),
    port: (server.address() as AddressInfo).port,
    counts,
    async leave(withinMs, hurry) {
      isLeaving = true;
      // From here on new connections reach other gateways: through a balancer, or on the shared port.
      server.close();
      media.leave();
      const deadlineMs = Date.now() + withinMs;
      while (media.openStreams > 0 && Date.now() < deadlineMs && !hurry.aborted)
        await new Promise((resolve) => setTimeout(resolve, leaveCheckMs));
    },
    async close() {
      isLeaving = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await media.close();
      server.closeAllConnections();
      await closed;
      redis.disconnect();
    },
  };
}

function readPublicUrl(text: string): string {
  const url = new URL(text);
  const isOrigin = (url.protocol === "https:" || url.protocol === "http:") && url.pathname === "/" && url.search === "";
  if (!isOrigin) throw new Error("the public URL must be an origin, such as https://voice.example.com");
  return url.origin;
}

type Parts = {
  readonly media: MediaServer;
  readonly records: CallRecords;
  readonly api: CallApi;
  readonly counts: TelephonyCounts;
  readonly place: PublicPlace;
  readonly payConnector: string;
};

function telephonyOf({ media, records, api, counts, place, payConnector }: Parts): Telephony {
  const send = (
    context: EffectContext,
    streamSid: string,
    sent: (socket: NonNullable<ReturnType<MediaServer["find"]>>) => boolean,
  ) => {
    const socket = media.find(context.callSid, streamSid);
    if (socket === undefined) counts.add("outbound.noStream");
    else if (!sent(socket)) counts.add("outbound.dropped");
    return Promise.resolve();
  };
  return {
    listen: () => Promise.resolve(),
    play: ({ streamSid, audio }, context) => send(context, streamSid, (socket) => socket.play(audio)),
    mark: ({ streamSid, markName }, context) => send(context, streamSid, (socket) => socket.mark(markName)),
    clear: ({ streamSid }, context) => send(context, streamSid, (socket) => socket.clear()),
    async hangUp(_, { callSid }) {
      // Kept first: should the call come back by resume instead, it is ended there.
      await records.rememberEnding(callSid, "agentHungUp").catch(() => counts.add("store.error"));
      return api.hangUp(callSid);
    },
    async transfer({ toNumber }, { callSid }) {
      await records.rememberEnding(callSid, "transferred").catch(() => counts.add("store.error"));
      try {
        return await api.transfer(callSid, toNumber);
      } catch (thrown) {
        await records.rememberEnding(callSid, null).catch(() => counts.add("store.error"));
        throw thrown;
      }
    },
    async collectCard({ attachment }, { callSid }) {
      if (payConnector === "")
        throw new PartylineError("INVALID_INPUT", "no Pay connector is set, so no card can be asked for");
      await records.beginCardEntry(callSid);
      counts.add("card.asked");
      return api.direct(callSid, cardAnswer(place, { payConnector, attachment }));
    },
    async reconnect({ attachment }, { callSid }) {
      const token = await records.mintToken({ callSid, attachment: attachment + 1 });
      counts.add("call.reconnected");
      return api.direct(callSid, connectAnswer(place, token, attachment + 1));
    },
    async closeStream({ streamSid }, { callSid }) {
      media.find(callSid, streamSid)?.close("stopped");
    },
    async handOver({ streamSid }, { callSid }) {
      // Noted first: what the carrier asks next depends on it.
      await records.countHandOver(callSid).catch(() => counts.add("store.error"));
      counts.add("call.handedOver");
      media.find(callSid, streamSid)?.close("draining");
    },
    rememberWithheld: (withheld, { callSid }) => records.rememberWithheld(callSid, withheld),
    async release(_, { callSid }) {
      media.closeCall(callSid);
      await records.close(callSid);
    },
    async locate({ attachment }, { callSid }) {
      const record = await records.find(callSid);
      return { isElsewhere: record !== null && record.attachment > attachment };
    },
    async count({ dropped, times }) {
      counts.add(`dropped.${dropped}`, times);
    },
  };
}
