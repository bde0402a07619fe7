/** What `/readyz` said at a moment. */
interface Sample {
  readonly at: number;
  /** What is not well; empty if the service says that it is ready. */
  readonly reasons: readonly string[];
  readonly answers: number;
}

/** What was seen while something was wrong. */
export interface WatchReport {
  /** The longest time without an answer to any command. */
  readonly longestGapMs: number;
  /** How long after the last answer `/readyz` said so, in the longest gap; undefined if it did not. */
  readonly saidAfterMs: number | undefined;
  /** What `/readyz` said while nothing was answered, each once, as `<check>: <detail>`. */
  readonly reasons: readonly string[];
  /** Times without an answer in which `/readyz` went on saying that all was well, in words. */
  readonly lies: readonly string[];
}

export interface ReadinessWatch {
  report(): WatchReport;
  stop(): Promise<void>;
}

/** So long may nothing be answered before `/readyz` must say so. */
const TRUTH_MS = 10_000;
const EVERY_MS = 200;

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** True if the deployers have nothing left to do. */
export async function everyReleaseIsDeployed(url: string): Promise<boolean> {
  const { checks } = (await (await fetch(`${url}/readyz`)).json()) as { checks: Check[] };
  const deployers = checks.filter(({ name }) => name.startsWith('deployer:'));
  return deployers.length > 0 && deployers.every(({ detail }) => detail === 'every release is deployed');
}

/** What `/readyz` says is not well. Void messages stay an alarm for minutes after all is well again: they are left out. */
export async function notReady(url: string): Promise<string[]> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  const { ready, checks } = (await response.json()) as { ready: boolean; checks: Check[] };
  if (ready !== (response.status === 200)) return [`readyz: ${response.status} with ready ${ready}`];
  return checks
    .filter(({ ok, name, detail }) => !ok && !(name === 'journal' && detail.includes('void messages')))
    .map(({ name, detail }) => `${name}: ${detail}`);
}

/** Looks at `/readyz` and at the answers to commands until it is stopped, and tells whether they agree. */
export function watchReadiness(url: string, answers: () => number): ReadinessWatch {
  const samples: Sample[] = [];
  const stop = new AbortController();
  const watching = (async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const asked = Date.now();
      const reasons = await notReady(url).catch((error: unknown) => [`readyz: ${String(error)}`]);
      samples.push({ at: asked, reasons, answers: answers() });
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    report: () => reportOf(samples),
    async stop() {
      stop.abort();
      await watching;
    },
  };
}

/** Cuts the time into gaps without an answer. */
function reportOf(samples: readonly Sample[]): WatchReport {
  const gaps: Sample[][] = [];
  for (const sample of samples) {
    const last = gaps.at(-1);
    if (last?.[0]?.answers === sample.answers) last.push(sample);
    else gaps.push([sample]);
  }
  const lengthOf = (gap: readonly Sample[]): number => (gap.at(-1)?.at ?? 0) - (gap[0]?.at ?? 0);
  const longest = gaps.reduce<Sample[]>((long, gap) => (lengthOf(gap) > lengthOf(long) ? gap : long), []);
  const said = longest.find(({ reasons }) => reasons.length > 0);
  return {
    longestGapMs: lengthOf(longest),
    saidAfterMs: said === undefined ? undefined : said.at - (longest[0]?.at ?? 0),
    reasons: [...new Set(longest.flatMap(({ reasons }) => reasons))],
    lies: gaps
      .flatMap(readyRuns)
      .map(lengthOf)
      .filter((ms) => ms > TRUTH_MS)
      .map((ms) => `ready for ${ms} ms without an answer`),
  };
}

/** The stretches of a gap in which the service said that it is ready. */
function readyRuns(gap: readonly Sample[]): Sample[][] {
  const runs: Sample[][] = [[]];
  for (const sample of gap) {
    if (sample.reasons.length === 0) runs.at(-1)?.push(sample);
    else runs.push([]);
  }
  return runs;
}
