/** How the settings of a connection are called: `tls/caFile` of `STAGELINE_PULSAR` is STAGELINE_PULSAR_TLS_CA_FILE. */
export function settingName(prefix: string, field: string): string {
  const words = field.replace('/', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return `${prefix}_${words.toUpperCase()}`;
}
