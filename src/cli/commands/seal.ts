import type { Command } from 'commander';
import { SCOPE } from '../../core/sealed-form.js';
import { isObject } from '../../core/merge-patch.js';
import { readPrivateKeys, readPublicKeys, type KeySet, type PublicKey } from '../../sealing/keys.js';
import { seal } from '../../sealing/seal.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { reseal } from '../reseal.js';
import { addKey, readKeyFile } from '../sealing-files.js';
import { openSession } from '../session.js';
import { pretty } from '../table.js';

interface SealOptions {
  readonly scope?: string;
  readonly environment?: string;
  readonly keys?: string;
  readonly rotate?: true;
}

/** `stageline seal`, `stageline seal --rotate FILE…` and `stageline seal keygen`. */
export function registerSeal(program: Command, context: Context): void {
  const group = program
    .command('seal')
    .description('seal a secret for a config: only the deployer opens it, and only there')
    .argument('[files...]', 'with --rotate: files with configs; a secret is never an argument')
    .option('--scope <place>', 'where it may be used: tenant/namespace or tenant/namespace/name')
    .option('--environment <name>', 'only in this environment (default: in all)')
    .option('--keys <file>', 'the keys (JWKS) to seal to (default: those of the service)')
    .option('--rotate', 'seal what is sealed in files to the newest key, in place; needs the private --keys')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: SealOptions, command: Command) => {
      if (options.rotate === true) return rotate(files, { ...options, json: isJson(command) }, context);
      if (files.length > 0)
        throw usage('a secret is never an argument: others see it; write it to standard input');
      return sealOne(options, command, context);
    });

  group
    .command('keygen')
    .description('make a key, or put a newer one before those of a file: for STAGELINE_SEALING_KEYS_FILE')
    .requiredOption('--out <file>', 'where the private keys are; the public ones get .pub behind that name')
    .action(async ({ out }: { readonly out: string }) => {
      const { path, key } = await addKey(out, context.sources.cwd);
      context.out(`key ${key.kid}\nprivate: ${path}\npublic:  ${path}.pub`);
    });
}

async function sealOne(options: SealOptions, command: Command, context: Context): Promise<void> {
  const { scope, environment } = options;
  if (scope === undefined || !SCOPE.test(scope))
    throw usage('--scope says where it may be used: tenant/namespace or tenant/namespace/name');
  const [newest] = (await keysOf(options, command, context)).keys;
  if (newest === undefined) throw usage('there is no key to seal to');
  const given = await (context.prompt?.('secret: ') ?? context.stdin());
  const secret = given.replace(/\r?\n$/, '');
  if (secret === '') throw usage('there is no secret on standard input');
  const place = { scope, ...(environment === undefined ? {} : { environment }) };
  context.out(JSON.stringify({ $sealed: await seal(secret, place, newest) }));
}

async function keysOf({ keys }: SealOptions, command: Command, context: Context): Promise<KeySet<PublicKey>> {
  if (keys !== undefined) return readKeyFile(keys, context.sources.cwd, readPublicKeys);
  const shown = await openSession(command, context).client.read<unknown>('sealing-keys');
  return readPublicKeys(JSON.stringify(isObject(shown) ? shown : {}));
}

async function rotate(
  files: readonly string[],
  { keys: named, json }: SealOptions & { readonly json: boolean },
  { sources, out }: Context,
): Promise<void> {
  if (files.length === 0) throw usage('name the files whose sealed secrets are sealed anew');
  const { cwd, env } = sources;
  const file = named ?? env['STAGELINE_SEALING_KEYS_FILE'];
  if (file === undefined || file === '')
    throw usage('--keys, or STAGELINE_SEALING_KEYS_FILE, names the private keys, which open what is sealed');
  const done = await reseal(files, await readKeyFile(file, cwd, readPrivateKeys), cwd);
  if (json) out(pretty(done));
  else
    for (const { file: name, resealed, current } of done)
      out(`${name}: ${resealed} sealed anew, ${current} on the newest key already`);
}

const isJson = (command: Command): boolean =>
  command.optsWithGlobals<{ readonly json?: true }>().json === true;

const HELP = `
The secret comes from standard input, or is asked for on a terminal; one line end is cut.
What is printed goes into a config in the secret's place:
  stageline seal --scope acme/orders/enrich < db-password`;
