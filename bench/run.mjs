// Measures what the service can do, against the least that could do it: npm run bench -- --help
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tableOf } from './lib/figures.mjs';
import { describeMachine } from './lib/machine.mjs';
import { root } from './lib/product.mjs';
import { resultsPage } from './lib/results.mjs';
import { runRow } from './lib/run-row.mjs';
import { cache } from './lib/scratch.mjs';

/** In the order of the table. */
const ROWS = [
  'embedded',
  'pulsar',
  'emmett',
  'random',
  'lone',
  'replay',
  'history',
  'start',
  'memory',
  'events',
  'deploy',
  'admin',
];

const USAGE = `usage: npm run bench -- [options]

  --only <row>[,<row>…]  only these rows: ${ROWS.join(', ')}
  --runs <n>             runs of each side, in turn; 5 without it
  --quick                short runs and short histories: whether it works, not how fast it is
  --write                write bench/RESULTS.md
  --page <name>          write bench/<name>.md instead, such as for some rows
  --json <file>          where the single runs go; bench/.results/last.json without it
`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      page: { type: 'string' },
      json: { type: 'string', default: join(root, 'bench', '.results', 'last.json') },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.filter((name) => !ROWS.includes(name));
  if (unknown.length > 0) throw new TypeError(`there is no row ${unknown.join(', ')}`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new TypeError('--runs wants a number of 1 or more');
  return { ...values, runs, rows: only.length > 0 ? ROWS.filter((name) => only.includes(name)) : ROWS };
}

async function main() {
  let wanted;
  try {
    wanted = readArguments();
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (wanted.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { rows, runs, quick, write, page, json } = wanted;
  const begun = new Date().toISOString();
  const machine = describeMachine();
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const results = [];
  const report = () => ({ begun, ended: new Date().toISOString(), command, runs, quick, machine, results });
  mkdirSync(join(root, 'bench', '.results'), { recursive: true });
  for (const name of rows) {
    results.push(
      await runRow(name, { runs, isQuick: quick, say: (text) => process.stderr.write(`${text}\n`) }),
    );
    // Kept after every row: a long run that is cut off has not been for nothing.
    writeFileSync(json, `${JSON.stringify(report(), undefined, 2)}\n`);
  }
  process.stdout.write(`\n${tableOf(results)}\n\nsingle runs: ${json}, data: ${cache}\n`);
  for (const name of [...(write ? ['RESULTS'] : []), ...(page === undefined ? [] : [page])])
    writeFileSync(join(root, 'bench', `${name}.md`), resultsPage(report()));
  return results.some(({ cases }) => cases.some(({ error }) => error !== undefined)) ? 1 : 0;
}

process.exitCode = await main();
