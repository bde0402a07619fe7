import { short, tableOf } from './figures.mjs';

function versionsIn(results, field) {
  const found = results.flatMap(({ cases }) =>
    cases.flatMap(({ runs = [] }) => runs.flatMap((run) => Object.values(run).map((side) => side[field]))),
  );
  return [...new Set(found.filter((version) => version !== undefined))].join(', ');
}

/** bench/RESULTS.md: the table, and what it was made with. */
export function resultsPage({ begun, ended, command, runs, quick, machine, results }) {
  const postgres = versionsIn(results, 'version');
  const lines = [
    '<!-- Made by `npm run bench -- --write`. Never edited by hand. -->',
    '',
    '# Speed: what was measured',
    '',
    `Median of ${runs} runs of each side, in turn; the ratio is the median of the ratios of single runs, with the smallest and`,
    'the largest. What each row does, and how to run it: [README.md](README.md).',
    ...(quick ? ['', '**Short runs (`--quick`): these figures only show that everything works.**'] : []),
    '',
    tableOf(results),
    '',
    '## Made with',
    '',
    `- command: \`${command}\`, from ${begun} to ${ended}`,
    `- machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}; load before: ${short(machine.loadBefore)}`,
    `- disk: a synced write of 4 KB takes ${short(machine.syncMs)} ms (median)`,
    `- Node ${machine.node}, Stageline ${machine.stageline}, classic-level ${machine.classicLevel ?? '–'}`,
    `- Emmett ${machine.emmett ?? '–'}${postgres === '' ? '' : `, PostgreSQL ${postgres}`} (fsync, synchronous_commit and full_page_writes on)`,
    '',
  ];
  return lines.join('\n');
}
