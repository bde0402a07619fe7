import { isObject } from './merge-patch.js';

/**
 * True if the body of a status says that all instances are stopped: not running, without an error, and without the lists
 * of latest exceptions that every other instance has. An instance that is about to start looks the same for a moment.
 */
export function isStopped(status: unknown): boolean {
  const instances = isObject(status) ? status['instances'] : undefined;
  return Array.isArray(instances) && instances.length > 0 && instances.every(isStoppedInstance);
}

function isStoppedInstance(instance: unknown): boolean {
  const status = isObject(instance) ? instance['status'] : undefined;
  if (!isObject(status)) return false;
  const { running, error, latestSystemExceptions } = status;
  return running === false && (error ?? '') === '' && latestSystemExceptions === undefined;
}
