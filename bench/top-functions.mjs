// Prints where the time of a .cpuprofile went: node bench/top-functions.mjs <file.cpuprofile> [how many]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './lib/product.mjs';

/** Self time and total time of each function of a profile, the longest self time first. */
export function functionsOf(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = new Map();
  profile.samples.forEach((id, index) =>
    self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[index] ?? 0)),
  );
  const all = [...self.values()].reduce((sum, time) => sum + time, 0);
  const functions = new Map();
  const nameOf = ({ callFrame }) => {
    const { functionName, url, lineNumber } = callFrame;
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    const short = file
      .replace(/^.*\/node_modules\//, '')
      .replace(`${root}/`, '')
      .replace(/^.*\/dist\//, 'dist/');
    return `${functionName || '(anonymous)'}${short === '' ? '' : ` ${short}:${lineNumber + 1}`}`;
  };
  const at = (name) => {
    if (!functions.has(name)) functions.set(name, { name, self: 0, total: 0 });
    return functions.get(name);
  };
  const walk = (node, above) => {
    const name = nameOf(node);
    const own = self.get(node.id) ?? 0;
    at(name).self += own;
    const inside = above.has(name) ? above : new Set([...above, name]);
    let sum = own;
    for (const id of node.children ?? []) sum += walk(nodes.get(id), inside);
    // A function that calls itself counts once.
    if (!above.has(name)) at(name).total += sum;
    return sum;
  };
  walk(profile.nodes[0], new Set());
  return { all, functions: [...functions.values()].sort((a, b) => b.self - a.self) };
}

/** The same as text. */
export function describe(profile, count = 25) {
  const { all, functions } = functionsOf(profile);
  const share = (time) => `${((100 * time) / all).toFixed(1)} %`.padStart(7);
  const line = ({ name, self, total }) => `${share(self)} ${share(total)}  ${name}`;
  return [
    `   self   total  of ${(all / 1e6).toFixed(1)} s`,
    ...functions.slice(0, count).map(line),
    '',
    'by total time, the product’s own:',
    ...functions
      .filter(({ name }) => / dist\//.test(name))
      .sort((a, b) => b.total - a.total)
      .slice(0, count)
      .map(line),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const [file, count] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node bench/top-functions.mjs <file.cpuprofile> [how many]');
    process.exit(2);
  }
  console.log(describe(JSON.parse(readFileSync(file, 'utf8')), Number(count ?? 25)));
}
