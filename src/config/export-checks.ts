import { topicFullName } from '../core/topic-name.js';
import { TOPICS, type Check } from './check.js';

/** Heads go where nobody who can write the journal can write. */
export const heads: Check = {
  needs: [...TOPICS, 'STAGELINE_HEADS_FILE', 'STAGELINE_HEADS_TOPIC', 'STAGELINE_HEADS_KEY_FILE'],
  find: (settings) => {
    const name = 'STAGELINE_HEADS_TOPIC';
    const topic = settings[name];
    if (topic === '') {
      if (settings.STAGELINE_HEADS_KEY_FILE === '' || settings.STAGELINE_HEADS_FILE !== '') return [];
      const detail = 'signs nothing: set STAGELINE_HEADS_FILE or STAGELINE_HEADS_TOPIC too';
      return [{ name: 'STAGELINE_HEADS_KEY_FILE', detail }];
    }
    if (topicFullName(topic) !== topic) {
      return [
        { name, value: topic, detail: 'is no full topic name; such as persistent://audit/stageline/heads' },
      ];
    }
    const namespace = (full: string): string => full.slice(0, full.lastIndexOf('/'));
    if (namespace(topic) === namespace(settings.STAGELINE_TOPIC_JOURNAL)) {
      const detail =
        "is in the journal's namespace: whoever can write the journal could write it too; take another one";
      return [{ name, value: topic, detail }];
    }
    const owner = TOPICS.find((own) => settings[own] === topic);
    return owner === undefined
      ? []
      : [{ name, value: topic, detail: `is the topic of ${owner} too; each needs its own` }];
  },
};

/** Metrics have an address of their own. */
export const metrics: Check = {
  needs: ['STAGELINE_METRICS_HOST', 'STAGELINE_METRICS_PORT', 'STAGELINE_HTTP_HOST', 'STAGELINE_HTTP_PORT'],
  find: (settings) => {
    const { STAGELINE_METRICS_PORT: value, STAGELINE_METRICS_HOST: host } = settings;
    const name = 'STAGELINE_METRICS_PORT';
    if (value === '') return [];
    if (Number(value) > 65_535) return [{ name, value, detail: 'must be at most 65535' }];
    const isSame = Number(value) === settings.STAGELINE_HTTP_PORT && host === settings.STAGELINE_HTTP_HOST;
    return isSame && Number(value) !== 0
      ? [{ name, value, detail: 'is the port of STAGELINE_HTTP_PORT too; metrics need their own' }]
      : [];
  },
};
