/** A refusal in Pulsar Beam's own words and status, where no code of this service has them. */
export class BeamFault extends Error {
  override readonly name = 'BeamFault';

  constructor(
    readonly status: number,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
