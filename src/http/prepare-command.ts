import { AppError } from '../errors.js';
import type { Ids } from '../ports/system.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DEFAULT_PROJECT = 'default';
/** The last moment that ISO 8601 writes with four digits for the year. */
const LAST_TIME = Date.UTC(9999, 11, 31);

export interface PreparedCommand {
  readonly command: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** Message key: the project, so that commands of one project keep their order. */
  readonly key: string;
}

/**
 * Adds what a caller may leave out: id, project, and the time of asking. The time is read from the id (version 7), not
 * from a clock: the same command sent again with the same id must stay the same, since another one is refused. For the
 * same reason a command with an id of another version gets no time.
 */
export function prepareCommand(given: Readonly<Record<string, unknown>>, ids: Ids): PreparedCommand {
  const id = given['id'] === undefined ? ids.uuid() : given['id'];
  if (typeof id !== 'string' || !UUID.test(id)) {
    const detail = 'must be a UUID in lower case (version 7 advised), or be left out';
    throw new AppError('INVALID_COMMAND', 'The command has no usable id.', {
      errors: [{ pointer: '/id', code: 'INVALID_COMMAND', detail }],
    });
  }
  const { project = DEFAULT_PROJECT } = given;
  const issuedAt = given['issuedAt'] === undefined ? timeOf(id) : given['issuedAt'];
  return {
    id,
    key: typeof project === 'string' ? project : DEFAULT_PROJECT,
    command: { ...given, id, project, ...(issuedAt === undefined ? {} : { issuedAt }) },
  };
}

function timeOf(id: string): string | undefined {
  if (UUID.exec(id)?.[1] !== '7') return undefined;
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return time <= LAST_TIME ? new Date(time).toISOString() : undefined;
}
