/** Why another package than the proven one is not taken. A reference to what a cluster has is no package: it has no digest. */
export function packageChanged(digest: string | undefined, required: string): string {
  const found =
    digest === undefined
      ? 'The config names what the cluster has, which nobody can compare'
      : `The package has the digest ${digest}`;
  return `${found}; ${required} was proven.`;
}
