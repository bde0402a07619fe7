import { fork } from 'node:child_process';
import { join } from 'node:path';
import { figureOf } from './figures.mjs';

const child = join(import.meta.dirname, '..', 'child.mjs');
/** What has not ended by then hangs; a long history takes its time. */
const LIMIT_MS = 30 * 60_000;
const QUICK = { warmUpMs: 1_000, measureMs: 2_000 };

/** Measures one side, or prepares what all sides need (`prepare`), in a process of its own. */
export function runChild(row, side, { params, say = () => undefined, execArgv = [] }) {
  return new Promise((resolve, reject) => {
    const running = fork(child, [row, side, JSON.stringify(params)], {
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let measured;
    let told = '';
    running.stderr.on('data', (text) => (told = (told + text).slice(-20_000)));
    running.on('message', (message) => {
      if (message.progress === undefined) measured = message;
      else say(message.progress);
    });
    const limit = setTimeout(() => running.kill('SIGKILL'), LIMIT_MS);
    running.on('error', reject);
    running.on('close', (code, signal) => {
      clearTimeout(limit);
      if (measured !== undefined && code === 0) resolve(measured.measured);
      else reject(new Error(`${row}, ${side}: ended with ${code ?? signal}: ${reasonIn(told)}`));
    });
  });
}

/** The line of a stack trace that says what went wrong. */
function reasonIn(told) {
  return /^\s*\w*Error.*$/m.exec(told)?.[0].trim() ?? told.trim().split('\n').at(-1) ?? '';
}

function paramsOf({ params, quick = {} }, isQuick) {
  if (!isQuick) return params;
  const shorter = Object.fromEntries(
    Object.entries(QUICK).flatMap(([name, value]) =>
      params[name] === undefined ? [] : [[name, Math.min(value, params[name])]],
    ),
  );
  return { ...params, ...shorter, ...quick };
}

async function runCase(name, row, { one, runs, isQuick, say }) {
  const params = paramsOf(one, isQuick);
  const missing = row.missing?.(params);
  if (missing !== undefined) return { name: one.name, missing };
  const measured = [];
  try {
    const prepared = row.prepare && (await runChild(name, 'prepare', { params, say }));
    for (let run = 0; run < runs; run += 1) {
      // Every other run begins with the other side: what drifts weighs on both.
      const order = run % 2 === 0 ? row.sides : [...row.sides].reverse();
      const both = {};
      for (const side of order) {
        say(`${name}, ${one.name}: run ${run + 1} of ${runs}, ${side}`);
        both[side] = await runChild(name, side, { params: { ...params, prepared } });
      }
      measured.push(both);
    }
  } catch (error) {
    return { name: one.name, params, runs: measured, error: error.message };
  }
  const figures = (one.figures ?? row.figures).map((figure) => figureOf(figure, row.sides, measured));
  return { name: one.name, params, figures, runs: measured };
}

/** Runs all cases of a row, sides in turn, and says what they come to. */
export async function runRow(name, { runs, isQuick, say }) {
  const { row } = await import(`../rows/${name}.mjs`);
  const cases = [];
  for (const one of row.cases) cases.push(await runCase(name, row, { one, runs, isQuick, say }));
  return { row: name, title: row.title, against: row.against, sides: row.sides, cases };
}
