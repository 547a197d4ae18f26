import { pbkdf2Sync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";

const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;
const ITERATIONS = 4_096;

/**
 * Gives a broker a user with a password (SCRAM-SHA-512), through its listener without TLS. Throws when the broker refuses.
 *
 * AlterUserScramCredentials, version 0, with request header 2: https://kafka.apache.org/protocol.html#The_Messages_AlterUserScramCredentials. kafkajs does not know it.
 */
export async function addBrokerUser(port: number, name: string, password: string): Promise<void> {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 64, "sha512");
  const noTags = Buffer.from([0]);
  const noDeletions = compactCount(0);
  const upsertion = [
    compact(Buffer.from(name)),
    Buffer.from([SCRAM_SHA_512]),
    int32(ITERATIONS),
    compact(salt),
    compact(salted),
    noTags,
  ];
  const header = [int16(ALTER_USER_SCRAM_CREDENTIALS), int16(0), int32(1), int16(-1), noTags];
  const request = Buffer.concat([...header, noDeletions, compactCount(1), ...upsertion, noTags]);

  const socket = connect({ host: "127.0.0.1", port });
  socket.setTimeout(10_000, () => socket.destroy(new Error("the broker does not answer")));
  socket.write(Buffer.concat([int32(request.length), request]));
  // Length, correlation id, tags, throttle time, number of results, user, error code.
  const errorAt = 4 + 4 + 1 + 4 + 1 + 1 + name.length;
  let answer = Buffer.alloc(0);
  try {
    while (answer.length < errorAt + 2) answer = Buffer.concat([answer, ...(await once(socket, "data"))]);
  } finally {
    socket.destroy();
  }
  const code = answer.readInt16BE(errorAt);
  if (code !== 0) throw new Error(`the broker does not take the user: error ${code}`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Lengths and counts are one more than what they count; none here needs a second byte. */
function compactCount(count: number): Buffer {
  return Buffer.from([count + 1]);
}

function compact(bytes: Buffer): Buffer {
  return Buffer.concat([compactCount(bytes.length), bytes]);
}
