/**
 * Who reads which partition. kafkajs' own assigner spreads the partitions of two topics independently, so that one call's topics would land on
 * different workers.
 */
import { createHash } from "node:crypto";
import kafkajs, { type PartitionAssigner } from "kafkajs";
import type { ConsumeOptions } from "../../runtime/log.ts";

const { AssignerProtocol } = kafkajs;
const protocol = { version: 0, userData: Buffer.alloc(0) };

const encoded = (assignment: { [topic: string]: number[] }): Buffer =>
  AssignerProtocol.MemberAssignment.encode({ ...protocol, assignment });
const subscribed = (topics: string[]): Buffer => AssignerProtocol.MemberMetadata.encode({ ...protocol, topics });

/** Partition p of every topic goes to one member, chosen by rendezvous hashing with an even share for all: a member that comes or goes moves few partitions. */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: "partyline-co-partitioned",
  version: 0,
  async assign({ members, topics }) {
    const ids = members.map((member) => member.memberId).sort();
    const count = Math.max(0, ...topics.map((topic) => cluster.findTopicPartitionMetadata(topic).length));
    const owners = shareOut(ids, count);
    return ids.map((memberId) => {
      const assignment = Object.fromEntries(
        topics.map((topic) => [
          topic,
          cluster
            .findTopicPartitionMetadata(topic)
            .map((metadata) => metadata.partitionId)
            .filter((partition) => owners[partition] === memberId),
        ]),
      );
      return {
        memberId,
        memberAssignment: encoded(assignment),
      };
    });
  },
  protocol({ topics }) {
    return { name: "partyline-co-partitioned", metadata: subscribed(topics) };
  },
});

/** Owner of each partition: each goes to the member with the highest hash that still has room. */
export function shareOut(members: readonly string[], partitions: number): string[] {
  const room = new Map(members.map((member) => [member, Math.ceil(partitions / members.length)]));
  return Array.from({ length: partitions }, (_, partition) => {
    const ranked = [...members].sort((a, b) => (rank(b, partition) < rank(a, partition) ? -1 : 1));
    const owner = ranked.find((member) => (room.get(member) ?? 0) > 0) ?? "";
    room.set(owner, (room.get(owner) ?? 0) - 1);
    return owner;
  });
}

function rank(member: string, partition: number): string {
  return createHash("sha1").update(`${member}#${partition}`).digest("hex");
}

/** The only member of the group reads the named partitions; of topics that are not named, all. */
export function fixed(only: ReadonlyMap<string, number>): PartitionAssigner {
  return ({ cluster }) => ({
    name: "partyline-fixed",
    version: 0,
    async assign({ members, topics }) {
      const assignment = Object.fromEntries(
        topics.map((topic) => {
          const partition = only.get(topic);
          return [
            topic,
            partition === undefined
              ? cluster.findTopicPartitionMetadata(topic).map((metadata) => metadata.partitionId)
              : [partition],
          ];
        }),
      );
      return members.slice(0, 1).map(({ memberId }) => ({
        memberId,
        memberAssignment: encoded(assignment),
      }));
    },
    protocol({ topics }) {
      return { name: "partyline-fixed", metadata: subscribed(topics) };
    },
  });
}

/** The assigner for a way of reading. */
export function assignerFor(reading: ConsumeOptions["reading"]): PartitionAssigner {
  return reading.kind === "shared" ? coPartitioned : fixed(new Map([[reading.reply.topic, reading.reply.partition]]));
}
