/** `stages.json`, the Grafana dashboard of the stages, made from the list below; `npm run generate` writes it. */

type Panel = { readonly title: string; readonly unit: string; readonly lines: Readonly<Record<string, string>> };

const p95 = (metric: string, by: string): string =>
  `histogram_quantile(0.95, sum by (${by}, le) (rate(${metric}_bucket{stage=~"$stage"}[1m])))`;
const perSecond = (metric: string, by: string): string => `sum by (${by}) (rate(${metric}{stage=~"$stage"}[1m]))`;
const now = (metric: string, by: string): string => `sum by (${by}) (${metric}{stage=~"$stage"})`;

/** What is shown; legend text → query. */
const panels: readonly Panel[] = [
  { title: "Live calls", unit: "short", lines: { "{{stage}}": now("partyline_live_calls", "stage") } },
  {
    title: "Records taken per second",
    unit: "short",
    lines: { "{{stage}} {{topic}}": perSecond("partyline_records_total", "stage, topic") },
  },
  {
    title: "Hop, P95: from a record's event time to its arrival",
    unit: "s",
    lines: { "{{topic}} → {{stage}}": p95("partyline_hop_seconds", "stage, topic") },
  },
  {
    title: "Step, P95: from arrival to the end of the step",
    unit: "s",
    lines: { "{{stage}} {{input}}": p95("partyline_step_seconds", "stage, input") },
  },
  {
    title: "Effects, P95",
    unit: "s",
    lines: { "{{stage}} {{port}}.{{call}}": p95("partyline_effect_seconds", "stage, port, call") },
  },
  {
    title: "Effects that fail, per second",
    unit: "short",
    lines: {
      "{{stage}} {{port}}.{{call}}":
        'sum by (stage, port, call) (rate(partyline_effect_seconds_count{stage=~"$stage", outcome="failure"}[1m]))',
    },
  },
  {
    title: "Publish and session save, P95",
    unit: "s",
    lines: {
      "{{stage}} publish": p95("partyline_publish_seconds", "stage"),
      "{{stage}} save": p95("partyline_session_save_seconds", "stage"),
    },
  },
  {
    title: "Inputs that wait",
    unit: "short",
    lines: {
      "{{stage}} waiting": now("partyline_queue_depth", "stage"),
      "{{stage}} {{topic}} lag": now("partyline_lag_records", "stage, topic"),
    },
  },
  {
    title: "Age of the oldest input that waits",
    unit: "s",
    lines: { "{{stage}}": 'max by (stage) (partyline_queue_age_seconds{stage=~"$stage"})' },
  },
  {
    title: "Put aside, dropped, paused, fenced, rebuilt, unsaved, per second",
    unit: "short",
    lines: {
      "{{stage}} dead letters {{code}}": perSecond("partyline_dead_letters_total", "stage, code"),
      "{{stage}} broken steps": perSecond("partyline_step_failures_total", "stage"),
      "{{stage}} dropped audio": perSecond("partyline_dropped_audio_records_total", "stage"),
      "{{stage}} pauses": perSecond("partyline_partition_pauses_total", "stage"),
      "{{stage}} fenced": perSecond("partyline_fenced_total", "stage"),
      "{{stage}} rebuilt": perSecond("partyline_sessions_rebuilt_total", "stage"),
      "{{stage}} unsaved": perSecond("partyline_unsaved_steps_total", "stage"),
      "{{stage}} duplicates": perSecond("partyline_duplicates_total", "stage"),
    },
  },
  {
    title: "Refused because fraud had not assessed it, per second",
    unit: "short",
    lines: { "{{tool}}": "sum by (tool) (rate(partyline_refused_unassessed_total[1m]))" },
  },
  {
    title: "The line: what was refused, dropped and repaired, per second",
    unit: "short",
    lines: { "{{kind}}": "sum by (kind) (rate(partyline_telephony_events_total[1m]))" },
  },
  {
    title: "Starts in ten minutes; memory",
    unit: "short",
    lines: {
      "{{stage}} restarts": 'changes(process_start_time_seconds{stage=~"$stage"}[10m])',
      "{{stage}} resident MB": 'process_resident_memory_bytes{stage=~"$stage"} / 1e6',
    },
  },
];

const WIDTH = 12;
const HEIGHT = 8;

function toGrafana(panel: Panel, index: number): object {
  return {
    id: index + 1,
    type: "timeseries",
    title: panel.title,
    datasource: { type: "prometheus", uid: "$source" },
    gridPos: { w: WIDTH, h: HEIGHT, x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT },
    fieldConfig: { defaults: { unit: panel.unit }, overrides: [] },
    targets: Object.entries(panel.lines).map(([legendFormat, expr], line) => ({
      refId: String.fromCharCode(65 + line),
      expr,
      legendFormat,
    })),
  };
}

/** The dashboard in Grafana's JSON model. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function dashboard(): string {
  const source = { name: "source", type: "datasource", query: "prometheus" };
  const stage = {
    name: "stage",
    type: "query",
    datasource: { type: "prometheus", uid: "$source" },
    query: "label_values(partyline_live_calls, stage)",
    refresh: 2,
    multi: true,
    includeAll: true,
  };
  const model = {
    uid: "partyline-stages",
    title: "Partyline: stages",
    schemaVersion: 39,
    refresh: "5s",
    time: { from: "now-15m", to: "now" },
    templating: { list: [source, stage] },
    panels: panels.map(toGrafana),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}
