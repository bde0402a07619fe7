import { topicFullName } from '../core/topic-name.js';
import type { Settings } from '../core/types.js';
import { TOPICS, type Check } from './check.js';
import type { Fault } from './faults.js';

/** What the door for Pulsar Beam's scripts opens: each entry is one topic or one prefix, for somebody, and none of ours. */
export const beamTopics: Check = {
  needs: ['STAGELINE_BEAM_TOPICS', ...TOPICS, 'STAGELINE_TOPIC_ENVIRONMENT_PREFIX'],
  find: (settings) =>
    settings.STAGELINE_BEAM_TOPICS.flatMap(({ topic, prefix, publish, consume }, index) => {
      const name = `STAGELINE_BEAM_TOPICS/${index}`;
      const faults: Fault[] = [];
      if ((topic === undefined) === (prefix === undefined))
        faults.push({ name, detail: 'must have either topic or prefix' });
      if (publish === undefined && consume === undefined)
        faults.push({ name, detail: 'opens the topic for nobody; name a role for publish or consume' });
      if (topic === undefined) return faults;
      const full = topicFullName(topic);
      const owner = TOPICS.find((own) => settings[own] === full);
      if (full === undefined)
        faults.push({ name: `${name}/topic`, value: topic, detail: 'is no topic name' });
      else if (owner !== undefined || full.startsWith(settings.STAGELINE_TOPIC_ENVIRONMENT_PREFIX)) {
        const of = owner ?? 'STAGELINE_TOPIC_ENVIRONMENT_PREFIX';
        const detail = `is the topic of ${of}: who may use Stageline's own is fixed (docs/beam.md); take the entry out`;
        faults.push({ name: `${name}/topic`, value: topic, detail });
      }
      return faults;
    }),
};

/** The door for scripts that were written for Pulsar Beam. */
export interface BeamConfig {
  /** Topics that it opens besides Stageline's own; `topic` is a full name. */
  readonly topics: Settings['STAGELINE_BEAM_TOPICS'];
  /** What the header PulsarUrl may name. */
  readonly pulsarUrls: readonly string[];
}

export function beamOf(settings: Settings): BeamConfig {
  return {
    topics: settings.STAGELINE_BEAM_TOPICS.map(({ topic, ...rest }) =>
      topic === undefined ? rest : { ...rest, topic: topicFullName(topic) ?? topic },
    ),
    pulsarUrls: [
      ...settings.STAGELINE_BEAM_PULSAR_URLS,
      ...(settings.STAGELINE_BUS === 'pulsar' ? [settings.STAGELINE_PULSAR_URL] : []),
    ],
  };
}
