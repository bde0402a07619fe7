import { AppError } from '../errors.js';
import type { Overlay } from './overlay.js';

/**
 * Refuses to work while deployments are owed to a topic of another name (tasks count as such): the setting was changed, and this dispatcher
 * would never send them.
 */
export async function refuseOwedElsewhere({ load }: Pick<Overlay, 'load'>, topic: string): Promise<void> {
  for (const { document } of await load.range('effects:')) {
    if (document.kind !== 'effects' || document.topic === topic) continue;
    const owed = document.pending.reduce((sum, { count }) => sum + count, 0);
    if (owed === 0) continue;
    throw new AppError(
      'INVALID_CONFIG',
      `STAGELINE_TOPIC_DEPLOYMENTS is ${topic}, but ${owed} deployments are owed to ${document.topic}. Start with that topic until they are out (or skip them with "stageline effects skip"), then change it.`,
    );
  }
}
