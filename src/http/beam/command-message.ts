import { commandHash } from '../../core/canonical.js';
import { isObject } from '../../core/merge-patch.js';
import { depthOf, type CommandLimits } from '../../core/read-command.js';
import type { Actor } from '../../core/types.js';
import { AppError } from '../../errors.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import type { TicketSigner, WhoAsks } from '../../ports/identity.js';
import type { Clock, Ids } from '../../ports/system.js';
import { checkCommand } from '../check-command.js';
import { parseJson } from '../plugins/json-body.js';
import { prepareCommand } from '../prepare-command.js';

export interface CommandMessageOptions {
  readonly limits: CommandLimits;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Both absent where nobody is asked who they are. */
  readonly tickets?: TicketSigner | undefined;
  readonly whoAsks?: WhoAsks | undefined;
}

/** A command as it goes onto the topic. */
export interface CommandMessage {
  readonly id: string;
  readonly message: OutgoingMessage;
}

/**
 * Makes the message of a command that came as it would go onto the topic. With a ticket in it, it stays as it is, byte for
 * byte; without, it is completed and signed for its caller. What is no command is refused here, where its sender
 * hears of it, and not put onto the topic to become a dead letter.
 */
export async function commandMessage(
  body: Buffer,
  caller: Actor | undefined,
  options: CommandMessageOptions,
): Promise<CommandMessage> {
  if (body.length > options.limits.maxBytes)
    throw new AppError('TOO_LARGE', `A command may have ${options.limits.maxBytes} bytes.`);
  // Before anything goes down into it by recursion.
  if (depthOf(body) > options.limits.maxDepth)
    throw new AppError('TOO_DEEP', `A command may be nested ${options.limits.maxDepth} levels deep.`);
  const given = parseJson(body);
  if (!isObject(given))
    throw new AppError('INVALID_COMMAND', 'A command is a JSON object with "command" and "params".');
  const { ticket } = given;
  if (typeof ticket === 'string' && ticket !== '') return signed(body, ticket, options);
  if (caller === undefined)
    throw new AppError('TICKET_MISSING', 'Send a bearer token, or a command that carries a ticket.');
  const { command, id, key } = prepareCommand(given, options.ids);
  const payload = Buffer.from(JSON.stringify(command));
  checkCommand(payload, options.limits);
  const own = await options.tickets?.sign(caller, { id, hash: commandHash(command) });
  return { id, message: { payload, key, ...(own === undefined ? {} : { properties: { ticket: own } }) } };
}

async function signed(
  payload: Buffer,
  ticket: string,
  { limits, ids, clock, whoAsks }: CommandMessageOptions,
): Promise<CommandMessage> {
  const command = checkCommand(payload, limits);
  const hash = commandHash(command);
  // The processor judges it again; whoever has no good one shall not fill the topic.
  const asking = await whoAsks?.({ id: command.id, hash, ticket, publishTime: clock.now() });
  if (asking !== undefined && 'denied' in asking)
    throw new AppError('TICKET_REFUSED', asking.denied.detail ?? asking.denied.title);
  const { id, key } = prepareCommand({ ...command }, ids);
  return { id, message: { payload, key } };
}
