/** Told what requests come to, so that it can be counted. */
export interface HttpMeter {
  /** A command has an answer, with this HTTP status, after so many seconds. */
  commandAnswered(status: number, seconds: number): void;
  /** An event stream began (1) or ended (-1). */
  eventStreams(change: 1 | -1): void;
}
