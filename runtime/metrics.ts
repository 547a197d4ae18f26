/** What every worker measures, whatever its stage. Labels are of low cardinality and never hold caller content or call ids. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const fineSeconds = [
  0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.04, 0.075, 0.15, 0.2, 0.4, 1, 2.5, 5,
];

export type Metrics = ReturnType<typeof createMetrics>;

/** Metrics of one worker in a registry of its own. */
export function createMetrics(stage: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ stage });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    hopSeconds: new Histogram({
      name: "partyline_hop_seconds",
      help: "From a record's occurredAt to its arrival at this stage",
      labelNames: ["topic"],
      buckets: fineSeconds,
      registers,
    }),
    stepSeconds: new Histogram({
      name: "partyline_step_seconds",
      help: "From arrival at this stage to the end of its step",
      labelNames: ["input"],
      buckets: fineSeconds,
      registers,
    }),
    effectSeconds: new Histogram({
      name: "partyline_effect_seconds",
      help: "Duration of an effect",
      labelNames: ["port", "call", "outcome"],
      buckets: fineSeconds,
      registers,
    }),
    publishSeconds: new Histogram({
      name: "partyline_publish_seconds",
      help: "From publishing a step's records to their acknowledgement",
      buckets: fineSeconds,
      registers,
    }),
    saveSeconds: new Histogram({
      name: "partyline_session_save_seconds",
      help: "Duration of a session save",
      buckets: fineSeconds,
      registers,
    }),
    records: new Counter({
      name: "partyline_records_total",
      help: "Records taken from a topic",
      labelNames: ["topic"],
      registers,
    }),
    emitted: new Counter({
      name: "partyline_emitted_total",
      help: "Records published",
      labelNames: ["topic"],
      registers,
    }),
    duplicates: new Counter({
      name: "partyline_duplicates_total",
      help: "Records passed over because they were seen before",
      labelNames: ["topic"],
      registers,
    }),
    deadLetters: new Counter({
      name: "partyline_dead_letters_total",
      help: "Records that could not be processed",
      labelNames: ["topic", "code"],
      registers,
    }),
    stepFailures: new Counter({
      name: "partyline_step_failures_total",
      help: "Steps on port or timer inputs that broke",
      registers,
    }),
    fenced: new Counter({
      name: "partyline_fenced_total",
      help: "Saves refused because another worker owns the call",
      registers,
    }),
    rebuilt: new Counter({
      name: "partyline_sessions_rebuilt_total",
      help: "Sessions rebuilt from the log",
      registers,
    }),
    lostSessions: new Counter({
      name: "partyline_sessions_lost_total",
      help: "Sessions that could not be rebuilt from the log",
      registers,
    }),
    droppedAudio: new Counter({
      name: "partyline_dropped_audio_records_total",
      help: "Audio records dropped from a full queue",
      registers,
    }),
    unsavedSteps: new Counter({
      name: "partyline_unsaved_steps_total",
      help: "Steps that went on although the session store did not answer",
      registers,
    }),
    paused: new Counter({
      name: "partyline_partition_pauses_total",
      help: "Times that a full queue paused its partition",
      registers,
    }),
    lag: new Gauge({
      name: "partyline_lag_records",
      help: "Records in the log that are not finished: under way, or not yet taken",
      labelNames: ["topic"],
      registers,
    }),
    queueDepth: new Gauge({ name: "partyline_queue_depth", help: "Inputs waiting for their call's turn", registers }),
    queueAgeSeconds: new Gauge({
      name: "partyline_queue_age_seconds",
      help: "Age of the oldest input that waits",
      registers,
    }),
    calls: new Gauge({ name: "partyline_live_calls", help: "Calls that this worker holds", registers }),
  };
}
