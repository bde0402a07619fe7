/**
 * Runs tests that need a server or an optional package. Where it is missing the summary names it as skipped;
 * `REQUIRE_BACKENDS=1` makes that a failure.
 */
// eslint-disable-next-line max-params -- it is called as `describe` is, with why in between
export function backend(name: string, available: boolean, missing: string, define: () => void): void {
  if (available) {
    describe(name, define);
    return;
  }
  const title = `${name}: not run, ${missing}`;
  if (process.env['REQUIRE_BACKENDS'] === '1') {
    it(title, () => {
      throw new Error(`REQUIRE_BACKENDS=1, but ${missing}`);
    });
  } else {
    it.skip(title, () => undefined);
  }
}
