/**
 * The partition of a key: murmur2 as the Java client's default partitioner does it, so that records written by other clients land on the same
 * partition. https://github.com/apache/kafka/blob/4.2.0/clients/src/main/java/org/apache/kafka/common/utils/Utils.java
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, "utf8")) & 0x7fffffff) % partitions;
}

function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = data.length;
  let h = 0x9747b28c ^ length;
  const view = new DataView(data.buffer, data.byteOffset, length);
  const blocks = length >> 2;
  for (let i = 0; i < blocks; i += 1) {
    let k = Math.imul(view.getInt32(i * 4, true), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const tail = blocks * 4;
  const rest = length - tail;
  if (rest === 3) h ^= (data[tail + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (data[tail + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[tail] ?? 0), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
