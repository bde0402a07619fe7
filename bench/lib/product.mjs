import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, '..', '..');
/** What is measured: the compiled product, as people run it. BENCH_DIST names another build. */
export const dist = resolve(process.env.BENCH_DIST ?? join(root, 'dist'));

const require = createRequire(join(dist, 'main.js'));

/** A module of the compiled product, such as `service/engines`. */
export function product(path) {
  return require(join(dist, `${path}.js`));
}

/** A package that the product depends on. */
export function productPackage(name) {
  return require(name);
}
