import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietPort } from './quiet-port.js';

const READY_MS = 30_000;

/** A Pulsar Beam that runs. */
export interface RealBeam {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the program that scripts/pulsar-beam.mjs has built, to publish on a broker that asks nobody who he is. */
export async function startRealBeam(program: string, brokerUrl: string): Promise<RealBeam> {
  const dir = mkdtempSync(join(tmpdir(), 'stageline-real-beam-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  // It does not start without keys, although nobody is asked for a token here.
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const port = String(await quietPort());
  const settings = {
    PORT: port,
    PbDbType: 'inmemory',
    PulsarBrokerURL: brokerUrl,
    PulsarClusters: brokerUrl,
    PulsarPublicKey: file('public.pem', publicKey),
    PulsarPrivateKey: file('private.pem', privateKey),
    HTTPAuthImpl: 'noauth',
  };
  const logFile = join(dir, 'beam.log');
  const log = openSync(logFile, 'w');
  const child = spawn(program, {
    cwd: dir,
    env: { PULSAR_BEAM_CONFIG: file('beam.json', JSON.stringify(settings)), ProcessMode: 'receiver' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => {
      ended = message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended ??= String(signal ?? code);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + READY_MS; Date.now() < end && ended === undefined;) {
    const answer = await fetch(`${url}/status`, { headers: { authorization: 'any' } }).catch(() => undefined);
    if (answer?.ok === true) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(
    `Pulsar Beam is not ready (${ended ?? 'no answer'}):\n${readFileSync(logFile, 'utf8').slice(-4_000)}`,
  );
}
