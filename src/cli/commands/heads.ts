import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { keyIdOf } from '../../core/heads.js';
import { messageOf } from '../../errors.js';
import type { Context } from '../context.js';
import { EXIT, Exit, usage } from '../exit.js';
import { loadHeads, notesOf, problemsText } from '../heads-file.js';
import { counted, pretty } from '../table.js';

/** `stageline heads keygen|check`. */
export function registerHeads(program: Command, context: Context): void {
  const group = program
    .command('heads')
    .description('make the key that signs journal heads, and check what was exported');

  group
    .command('keygen')
    .description(
      'make an Ed25519 key pair: the private key for STAGELINE_HEADS_KEY_FILE, the public one beside it',
    )
    .requiredOption('--out <file>', 'where the private key goes; the public one gets .pub behind that name')
    .addHelpText('after', '\nKeep the public key where heads are checked, not where they are signed.')
    .action(async ({ out }: { readonly out: string }) => {
      const path = resolve(context.sources.cwd, out);
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      await writeNew(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
      await writeNew(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
      context.out(`key ${keyIdOf(publicKey)}\nprivate: ${path}\npublic:  ${path}.pub`);
    });

  group
    .command('check')
    .description('check exported heads: their signatures, and that they follow each other')
    .argument('<file>', 'the file of heads')
    .option('--key <pem>', 'the public key; without it signatures are not looked at')
    .addHelpText(
      'after',
      '\nEnds with 1 where a line has a problem. Whether the journal fits the heads, "stageline verify --heads" tells.',
    )
    .action(async (file: string, { key }: { readonly key?: string }, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const read = await loadHeads(file, key, context);
      const { problems, unsigned, cutShort } = read;
      const last = [...read.heads.values()].at(-1);
      const facts = { heads: read.heads.size, ...(last === undefined ? {} : { last }), unsigned, cutShort };
      if (json) context.out(pretty({ ...facts, signaturesChecked: key !== undefined, problems }));
      else {
        const end = last === undefined ? '' : `, the last of position ${last.position} (${last.time})`;
        context.out([counted(read.heads.size, 'good head') + end, ...notesOf(read, key)].join('\n'));
      }
      if (problems.length > 0) throw new Exit(EXIT.failed, problemsText(file, read));
    });
}

/** A key that is there is never replaced: what it has signed could not be checked any more. */
async function writeNew(path: string, content: string | Buffer, mode: number): Promise<void> {
  try {
    await writeFile(path, content, { mode, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw usage(`${path} is there already; a key is never replaced`);
    throw usage(`${path} cannot be written: ${messageOf(error)}`);
  }
}
