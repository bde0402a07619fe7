import { readCommand, type CommandLimits } from '../core/read-command.js';
import { AppError } from '../errors.js';

/** Reads a command as the processor will; rejects with what is wrong with it, where its sender hears of it. */
export function checkCommand(payload: Buffer, limits: CommandLimits): Readonly<{ id: string }> {
  const read = readCommand(payload, limits);
  switch (read.kind) {
    case 'readable':
      return read.command;
    case 'unreadable':
      throw new AppError(read.code, `The body is no command: ${read.reason}.`);
    case 'invalid': {
      const { code, detail, title, errors } = read.problem;
      throw new AppError(code as 'INVALID_COMMAND', detail ?? title, errors === undefined ? {} : { errors });
    }
  }
}
