import type { Config } from '../config.js';
import type { BeamDeps } from '../http/deps.js';
import type { Bus } from '../ports/bus.js';
import type { WhoAsks } from '../ports/identity.js';
import { createSender } from '../processor/replies.js';
import { ownTopicsOf } from './webhook-rules.js';

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
  const { limits, beam } = config;
  const sender = createSender(bus);
  return {
    deps: {
      bus,
      send: (topic, message) => sender.send(topic, message),
      own: ownTopicsOf(config),
      opened: beam.topics,
      pulsarUrls: beam.pulsarUrls,
      commandLimits: { maxBytes: limits.maxCommandBytes, maxDepth: limits.maxCommandDepth },
      whoAsks,
    },
    close: () => sender.close(),
  };
}
