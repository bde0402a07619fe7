/** A box of the architecture that a process may run. */
export type Part = 'http' | 'processor' | 'router' | 'webhooks' | `deployer:${string}`;

/** Every part there is, for these environments. */
export function allParts(environments: readonly string[]): Part[] {
  return ['http', 'processor', 'router', 'webhooks', ...deployers(environments)];
}

/** Parts as written (`deployer` means that of every environment), each once. */
export function expandParts(parts: readonly string[], environments: readonly string[]): Part[] {
  return [
    ...new Set(parts.flatMap((part) => (part === 'deployer' ? deployers(environments) : [part as Part]))),
  ];
}

function deployers(environments: readonly string[]): Part[] {
  return environments.map((name): Part => `deployer:${name}`);
}
