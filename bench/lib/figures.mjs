import { median } from './stats.mjs';

/** What the runs of a case come to: the medians of both sides, and the median of the ratios of single runs. */
export function figureOf({ name, field, ratio, limit }, sides, runs) {
  const values = sides.map((side) => runs.map((run) => run[side]?.[field]));
  const [own, other] = values.map(median);
  const ratios = sides.length < 2 ? [] : runs.map((_, index) => values[0][index] / values[1][index]);
  const middle = median(ratios);
  const wanted = ratio ?? limit;
  const found = ratio === undefined ? own : middle;
  const met =
    wanted === undefined || found === undefined
      ? undefined
      : wanted.atLeast === undefined
        ? found <= wanted.atMost
        : found >= wanted.atLeast;
  return {
    name,
    own,
    other,
    ...(ratio === undefined ? {} : { ratio: middle, ratios }),
    ...(wanted === undefined ? {} : { wanted, met }),
  };
}

/** A number with about three digits that say something. */
export function short(number) {
  if (number === undefined || !Number.isFinite(number)) return '–';
  const size = Math.abs(number);
  if (size >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(size >= 1 ? 3 : 2)));
}

function wish({ wanted, ratio }) {
  if (wanted === undefined) return '';
  const times = ratio === undefined ? '' : ' ×';
  return wanted.atLeast === undefined
    ? `≤ ${short(wanted.atMost)}${times}`
    : `≥ ${short(wanted.atLeast)}${times}`;
}

function spread({ ratio, ratios = [] }) {
  if (ratio === undefined) return '';
  const real = ratios.filter(Number.isFinite);
  return `${short(ratio)} (${short(Math.min(...real))}–${short(Math.max(...real))})`;
}

const HEAD = ['what', 'case', 'figure', 'Stageline', 'against', 'ratio (of single runs)', 'wanted', 'met'];

/** All results as a table in Markdown, its columns in line. */
export function tableOf(results) {
  const lines = results.flatMap(({ title, against, sides, cases }) =>
    cases.flatMap(({ name, figures = [], missing, error }) => {
      const what = `${title}; against: ${against}`;
      if (missing !== undefined) return [[what, name, `not run: ${missing}`, '', '', '', '', '']];
      if (error !== undefined) return [[what, name, `broke: ${error.split('\n')[0]}`, '', '', '', '', 'no']];
      return figures.map((figure) => [
        what,
        name,
        figure.name,
        short(figure.own),
        sides.length < 2 ? '' : short(figure.other),
        spread(figure),
        wish(figure),
        figure.met === undefined ? '' : figure.met ? 'yes' : 'no',
      ]);
    }),
  );
  // The same words are not said again.
  const told = lines.map((line, index) =>
    line.map((cell, column) =>
      column < 2 && index > 0 && line.slice(0, column + 1).every((same, at) => same === lines[index - 1][at])
        ? ''
        : cell,
    ),
  );
  const rows = [HEAD, ...told].map((line) => line.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = HEAD.map((_, column) => Math.max(...rows.map((line) => line[column].length)));
  const text = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [
    text(rows[0]),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.slice(1).map(text),
  ].join('\n');
}
