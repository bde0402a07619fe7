// Where the time of one side of a row goes: node bench/profile.mjs [row] [side] [case, counted from 0]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/product.mjs';
import { runChild } from './lib/run-row.mjs';
import { describe } from './top-functions.mjs';

const [name = 'embedded', wanted, at = '0'] = process.argv.slice(2);
const { row } = await import(`./rows/${name}.mjs`);
const side = wanted ?? row.sides[0];
const one = row.cases[Number(at)];
const parent = join(root, 'bench', '.results');
mkdirSync(parent, { recursive: true });
const dir = mkdtempSync(join(parent, `profile-${name}-`));
const say = (text) => process.stderr.write(`${text}\n`);
const prepared = row.prepare && (await runChild(name, 'prepare', { params: one.params, say }));
const flags = ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${dir}`];
const measured = await runChild(name, side, { params: { ...one.params, prepared }, execArgv: flags });
const [file] = readdirSync(dir);
console.log(`${name}, ${one.name}, ${side}: ${JSON.stringify(measured)}\n`);
console.log(describe(JSON.parse(readFileSync(join(dir, file), 'utf8'))));
console.log(`\nmore: node bench/top-functions.mjs ${join(dir, file)} 80`);
