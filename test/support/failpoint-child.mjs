/**
 * The built service, ended by SIGKILL from within at the n-th passing of a gap (src/core/failpoints.ts), or some
 * milliseconds later, when what is written without haste is on the disk: `STAGELINE_TEST_FAILPOINT=<gap>:<n>:<ms>`.
 * Its last words on standard error say where it died.
 *
 * Plain JavaScript, so that a start takes no longer than the service's own.
 */
import { writeSync } from 'node:fs';
import { loadConfig } from '../../dist/config.js';
import { startService } from '../../dist/service/service.js';
import { createLog } from '../../dist/service/system.js';

const [deadly, passing, later = '0'] = (process.env['STAGELINE_TEST_FAILPOINT'] ?? '').split(':');
let passed = 0;

function reach(point) {
  if (point !== deadly) return;
  passed += 1;
  if (passed !== Number(passing)) return;
  writeSync(2, `dies at ${point}, passing ${passing}\n`);
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (later === '0') die();
  else setTimeout(die, Number(later));
}

const config = loadConfig();
const service = await startService(config, createLog(config), { reach });
process.once('SIGTERM', () => void service.stop());
await service.stopped;
process.exit(0);
