import { PACKAGE_POINTER } from '../core/config-fields.js';
import type { ClusterAnswer, Functions, Upsert } from '../ports/functions.js';
import type { Evident } from './evidence.js';
import type { Package } from './package.js';
import type { Desired, Plan } from './plan.js';

/** A plan that one request carries out. */
export type Write = Extract<Plan, { operation: 'create' | 'update' | 'delete' }>;

/** Sends what the plan says. */
export function sendWrite(functions: Functions, desired: Desired, plan: Write): Promise<ClusterAnswer> {
  const { ref } = desired;
  if (plan.operation === 'delete' || desired.operation === 'delete') return functions.delete(ref);
  const { package: from } = desired;
  const upsert = { ref, config: plan.config, ...(plan.sendPackage ? partOf(from) : {}) };
  return plan.operation === 'create' ? functions.create(upsert) : functions.update(upsert);
}

function partOf(from: Package | undefined): Pick<Upsert, 'data' | 'url'> {
  if (from === undefined) return {};
  return from.kind === 'data' ? { data: { fileName: from.fileName, body: from.body } } : { url: from.url };
}

/** A write of unknown outcome was applied if what it was to change has changed. */
export function wasApplied(before: Write, { plan, otherPackage }: Evident): boolean {
  if (before.operation === 'delete') return plan.operation === 'none';
  if (plan.operation === 'none') return true;
  // A cluster that does not give packages back leaves open whether it has this one.
  return (
    !otherPackage &&
    changesPackageOnly(plan) &&
    (before.operation === 'create' || !changesPackageOnly(before))
  );
}

/** Nothing would be sent but for the package. */
export const changesPackageOnly = (plan: Plan): boolean =>
  plan.operation === 'update' &&
  plan.fields.filter((change) => change.class === 'update').every(({ field }) => field === PACKAGE_POINTER);
