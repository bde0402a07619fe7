import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { loadConfig } from '../config.js';
import type { JournalSource } from '../history/journal-source.js';
import type { Client } from './client.js';
import type { Context } from './context.js';
import { openConfiguredEngines, type ConfiguredEngines } from './engines.js';
import { usage } from './exit.js';
import { journalLines, type LinesWanted } from './journal-lines.js';
import { openSession } from './session.js';

export interface JournalOptions {
  /** Not from the running service, but from the engines that the configuration names. */
  readonly offline?: true;
  /** From a backup. */
  readonly journal?: string;
}

/** A record as it stands in the journal. */
export interface JournalLine {
  readonly bytes: Buffer;
  readonly position: number;
  readonly project: string;
}

/** The journal that a command reads. */
export interface OpenJournal {
  readonly source: JournalSource;
  /** Its records from a position on. */
  lines(wanted: LinesWanted): AsyncIterable<JournalLine>;
  close(): Promise<void>;
}

/** The option by which a command reads the configured engines itself. */
export function offlineOption(): Option {
  return new Option(
    '--offline',
    'read the configured engines themselves; on embedded ones no service may run',
  );
}

/** Opens a backup, the configured engines or, without either, the journal of the running service. */
export async function openJournal(
  command: Command,
  context: Context,
  { offline, journal }: JournalOptions,
): Promise<OpenJournal> {
  const { backupSource, lineSource } = await import('../history/line-source.js');
  if (journal !== undefined) {
    const source = backupSource(backupFile(journal, context));
    return { source, lines: (wanted) => linesOf(source, wanted), close: async () => undefined };
  }
  if (offline === true) {
    return engineJournal(await openConfiguredEngines(loadConfig(context.sources), { say: context.err }));
  }
  const { client } = openSession(command, context);
  return {
    source: lineSource(() => journalLines(client, {})),
    lines: (wanted) => overHttp(client, wanted),
    close: async () => undefined,
  };
}

/** The journal topic of engines that are open. */
export function engineJournal(engines: ConfiguredEngines): OpenJournal {
  const { source } = engines;
  return { source, lines: (wanted) => linesOf(source, wanted), close: () => engines.close() };
}

/** Reads a file, each time from its beginning. */
export function backupFile(name: string, { sources }: Context): () => AsyncIterable<Uint8Array> {
  const path = resolve(sources.cwd, name);
  if (!existsSync(path)) throw usage(`there is no file ${path}`);
  return () => createReadStream(path, { highWaterMark: 1024 * 1024 });
}

async function* linesOf(source: JournalSource, wanted: LinesWanted): AsyncGenerator<JournalLine, void> {
  const { readLines } = await import('../history/read-lines.js');
  for await (const { lines } of readLines(source, wanted))
    for (const { bytes, record } of lines)
      yield { bytes, position: record.position, project: record.command.project };
}

async function* overHttp(client: Client, wanted: LinesWanted): AsyncGenerator<JournalLine, void> {
  for await (const { line } of journalLines(client, wanted)) {
    const { project } = line.raw['command'] as { readonly project: string };
    yield { bytes: line.bytes, position: line.raw['position'] as number, project };
  }
}
