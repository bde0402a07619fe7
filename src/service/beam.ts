import type { Config } from '../config.js';
import type { BeamDeps } from '../http/deps.js';
import type { Bus } from '../ports/bus.js';
import type { WhoAsks } from '../ports/identity.js';
import { createSender } from '../processor/replies.js';

export interface BeamOptions {
  readonly bus: Bus;
  readonly config: Config;
  readonly whoAsks: WhoAsks | undefined;
}

/** What the door for Pulsar Beam's scripts works with. */
export function openBeam({ bus, config, whoAsks }: BeamOptions): {
  readonly deps: BeamDeps;
  close(): Promise<void>;
} {
  const { topics, limits, beam, heads } = config;
  const sender = createSender(bus);
  const inner = [topics.results, topics.deployments, topics.beats];
  return {
    deps: {
      bus,
      send: (topic, message) => sender.send(topic, message),
      own: {
        commands: topics.commands,
        replies: topics.replies,
        journal: topics.journal,
        deadLetters: topics.deadLetters,
        inner: heads.topic === undefined ? inner : [...inner, heads.topic],
        innerPrefix: topics.environmentPrefix,
      },
      opened: beam.topics,
      pulsarUrls: beam.pulsarUrls,
      commandLimits: { maxBytes: limits.maxCommandBytes, maxDepth: limits.maxCommandDepth },
      whoAsks,
    },
    close: () => sender.close(),
  };
}
