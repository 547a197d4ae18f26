export interface BrokerAddress {
  /** Where clients reach it, on 127.0.0.1. */
  readonly port: number;
  readonly controllerPort: number;
  /** The interface it listens on: 127.0.0.1, or 0.0.0.0 inside a container. */
  readonly listenHost: string;
  readonly dataDirectory: string;
  /** A second listener with TLS, whose users show a password by SCRAM-SHA-512 and may do what they were given rights for: as clusters have it. */
  readonly secured?: {
    readonly port: number;
    /** File (PEM) with the private key and the certificate. */
    readonly keyFile: string;
  };
}

/**
 * Settings of a single-node KRaft broker that is fast to start, to rebalance and to notice dead consumers.
 * See the broker configuration reference of Apache Kafka 4.2.
 */
export function brokerProperties(address: BrokerAddress): string {
  const { port, controllerPort, listenHost, secured } = address;
  const listeners = (host: string): string =>
    secured === undefined
      ? `PLAINTEXT://${host}:${port}`
      : `PLAINTEXT://${host}:${port},SASL_SSL://${host}:${secured.port}`;
  const settings: Record<string, string | number | boolean> = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `${listeners(listenHost)},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": listeners("127.0.0.1"),
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
    ...(secured === undefined ? {} : securedSettings(secured.keyFile)),
    "log.dirs": address.dataDirectory,
    // One node: internal topics cannot have the three replicas that they ask for by default.
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // Few partitions: their creation is what the first consumer group waits for.
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.num.partitions": 4,
    // A broker that was killed may come back when its controller, which is itself, gives up its former session: the
    // default of 9 s would be the time of every restart.
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
    // A group forms at once, and a worker that died is noticed within the second or two that its session lasts.
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    "group.consumer.min.session.timeout.ms": 1_000,
    "group.consumer.min.heartbeat.interval.ms": 200,
    // Commits and joins are answered without waiting for others to be written together with them.
    "group.coordinator.append.linger.ms": 0,
    "share.coordinator.append.linger.ms": 0,
    // Topics are created from their declarations, never by a typing mistake.
    "auto.create.topics.enable": false,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "num.recovery.threads.per.data.dir": 2,
    "log.retention.check.interval.ms": 10_000,
    // After a consumer fetched, deleted segments need not linger on a disk that is thrown away with the run.
    "log.segment.delete.delay.ms": 1_000,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n`;
}

function securedSettings(keyFile: string): Record<string, string> {
  const listener = "listener.name.sasl_ssl";
  return {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": keyFile,
    [`${listener}.sasl.enabled.mechanisms`]: "SCRAM-SHA-512",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    // Whoever comes through the listener without TLS.
    "super.users": "User:ANONYMOUS",
    [`${listener}.scram-sha-512.sasl.jaas.config`]: "org.apache.kafka.common.security.scram.ScramLoginModule required;",
  };
}
