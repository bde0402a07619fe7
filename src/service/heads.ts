import type { Config } from '../config.js';
import { createHeadsExporter, type HeadsExporter } from '../feed/heads-exporter.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { Bus } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';
import { fileSink, headKeyFrom, topicSink } from './heads-sinks.js';

export interface HeadsOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly follower: JournalFollower;
  readonly clock: Clock;
  readonly log: Log;
}

/** The exports of journal heads that the configuration names: one for the file, one for the topic. */
export function createHeadsExporters(options: HeadsOptions): HeadsExporter[] {
  const { file, topic, keyFile, everyMs } = options.config.heads;
  const sinks = [
    ...(file === undefined ? [] : [fileSink(file)]),
    ...(topic === undefined ? [] : [topicSink(options.bus, topic)]),
  ];
  const log = options.log.child({ part: 'heads' });
  const key = headKeyFrom(keyFile);
  return sinks.map((sink) => createHeadsExporter({ ...options, log, sink, key, everyMs }));
}
