/** The pipeline in three forms, all from the one declaration. */
import type { AnyStage } from "../runtime/stage-host.ts";
import { deadLetters, type Topic, type TopicKey, topics } from "../schemas/topics.ts";
import { markdownTable } from "./markdown-table.ts";

const shortName = (key: TopicKey): string => topics[key].name.replace(/^voice\./, "").replace(/\.v\d+$/, "");
const list = (keys: readonly TopicKey[]): string => keys.map(shortName).join(", ") || "–";

/** A Markdown table of the stages. */
export function tableOf(stages: readonly AnyStage[]): string {
  const rows = stages.map((stage) => [
    `[\`${stage.name}\`](stages/${stage.name})`,
    list(stage.inputs),
    list(stage.outputs),
    stage.summary,
  ]);
  return markdownTable(["stage", "reads", "writes", "does"], rows);
}

/** A Mermaid flow chart: stages as boxes, topics as arrows' labels. https://mermaid.js.org/syntax/flowchart.html */
export function mermaidOf(stages: readonly AnyStage[]): string {
  const arrows = (Object.keys(topics) as TopicKey[]).flatMap((key) => {
    const writers = stages.filter((stage) => stage.outputs.includes(key));
    const readers = stages.filter((stage) => stage.inputs.includes(key));
    const node = `${key}[(${shortName(key)})]`;
    return [
      ...writers.map((stage) => `  ${stage.name} --> ${node}`),
      ...readers.map((stage) => `  ${node} --> ${stage.name}`),
    ];
  });
  return ["flowchart LR", ...stages.map((stage) => `  ${stage.name}["${stage.name}"]`), ...arrows].join("\n");
}

/** Stages and topics as plain data. */
export function jsonOf(stages: readonly AnyStage[]): string {
  const stageList = stages.map(({ name, summary, inputs, outputs, ports, state, reading }) => ({
    name,
    summary,
    reads: inputs.map((key: TopicKey) => topics[key].name),
    writes: outputs.map((key: TopicKey) => topics[key].name),
    ports,
    state,
    reading,
  }));
  const topicList = Object.values(topics).map((topic: Topic) => ({ ...topic }));
  return JSON.stringify({ stages: stageList, topics: [...topicList, { ...deadLetters, records: [] }] }, null, 2);
}
