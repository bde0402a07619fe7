import type { Settings } from '../core/types.js';
import type { Fault } from './faults.js';
import type { SettingName } from './settings-schema.js';

/** A rule between settings, or one that the schema cannot say. It is left out while a setting that it needs is faulty itself. Paths start at `cwd`. */
export interface Check {
  readonly needs: readonly SettingName[];
  readonly find: (settings: Settings, cwd: string) => readonly Fault[];
}

/** Settings that name Stageline's own topics. */
export const TOPICS = [
  'STAGELINE_TOPIC_COMMANDS',
  'STAGELINE_TOPIC_JOURNAL',
  'STAGELINE_TOPIC_BEATS',
  'STAGELINE_TOPIC_REPLIES',
  'STAGELINE_TOPIC_DEAD_LETTERS',
  'STAGELINE_TOPIC_DEPLOYMENTS',
  'STAGELINE_TOPIC_RESULTS',
] as const satisfies readonly SettingName[];
