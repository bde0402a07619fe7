import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { restoreScenario } from '../support/restore-scenario.js';
import { dataDir } from '../support/stageline-process.js';

jest.setTimeout(90_000);

describe('backup and restore on the embedded engines', () => {
  restoreScenario({
    empty: async () => ({ STAGELINE_DATA_DIR: dataDir() }),
    loseJournal: async (env) => rmSync(join(env['STAGELINE_DATA_DIR'] ?? '', 'bus'), { recursive: true }),
  });
});
