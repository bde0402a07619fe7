import fc from 'fast-check';
import {
  asksLong,
  body,
  encoded,
  header,
  number,
  parameters,
  place,
  query,
  topicConfig,
  topicKey,
  topicName,
  weighted,
} from './fuzz-beam-parts.js';

/** Who a request says that he is. */
export const CALLERS = [
  'nobody',
  'developer',
  'viewer',
  'operator',
  'service',
  'expired',
  'rubbish',
] as const;
export type FuzzCaller = (typeof CALLERS)[number];

/** A request to the door for Pulsar Beam's scripts, before it is put on the wire. */
export interface BeamInput {
  /** Goes to the service that asks callers who they are. */
  readonly asked: boolean;
  readonly caller: FuzzCaller;
  readonly ticket: 'none' | 'good' | 'foreign' | 'rubbish';
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly framing: 'length' | 'chunks' | 'none' | 'longer' | 'shorter';
  /** Bytes that are written over the request as it stands on the wire. */
  readonly damage: { readonly at: number; readonly bytes: Uint8Array } | undefined;
  /** The client goes after so long, whatever has come by then. */
  readonly leavesAfterMs: number | undefined;
}

const NONE: readonly (readonly [string, string])[] = [];

interface Request {
  readonly path: string;
  readonly more: readonly (readonly [string, string])[];
  readonly method: string;
  readonly leaves: boolean;
  /** The body, where it is not any message. */
  readonly config?: Buffer;
}

const request = fc.oneof<fc.MaybeWeightedArbitrary<Request>[]>(
  {
    weight: 4,
    arbitrary: fc.tuple(topicName, parameters).map(([topic, pairs]) => ({
      path: `/v1/firehose${query(pairs)}`,
      more: [['TopicFn', topic]] as const,
      method: 'POST',
      leaves: false,
    })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(place, parameters).map(([where, pairs]) => ({
      path: `/v2/firehose/${where}${query(pairs)}`,
      more: NONE,
      method: 'POST',
      leaves: false,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, parameters).map(([where, pairs]) => ({
      path: `/v2/sse/${where}${query(pairs)}`,
      more: NONE,
      method: 'GET',
      leaves: true,
    })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        place,
        parameters,
        fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: asksLong }),
      )
      .map(([where, pairs, waits]) => ({
        path: `/v2/poll/${where}${query([...pairs, ['perMessageTimeoutMs', waits]])}`,
        more: NONE,
        method: 'GET',
        leaves: waits.length > 4,
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.oneof(weighted(3, ''), { weight: 1, arbitrary: topicKey.map((key) => `/${key}`) }),
        fc.constantFrom('POST', 'POST', 'POST', 'GET', 'DELETE'),
        topicConfig,
      )
      .map(([key, method, config]) => ({
        path: `/v2/topic${key}`,
        more: NONE,
        method,
        leaves: false,
        config,
      })),
  },
  {
    weight: 1,
    arbitrary: encoded.map((rest) => ({
      path: `/${rest}`,
      more: NONE,
      method: 'POST',
      leaves: false,
    })),
  },
);

export const beamInput: fc.Arbitrary<BeamInput> = fc
  .record({
    asked: fc.boolean(),
    caller: fc.oneof(weighted(6, 'developer' as const), weighted(2, 'operator' as const), {
      weight: 4,
      arbitrary: fc.constantFrom(...CALLERS),
    }),
    ticket: fc.oneof(
      weighted(3, 'none' as const),
      weighted(2, 'good' as const, 'foreign' as const, 'rubbish' as const),
    ),
    request,
    method: fc.oneof(
      weighted(30, undefined),
      weighted(
        1,
        'GET',
        'POST',
        'PUT',
        'DELETE',
        'OPTIONS',
        'HEAD',
        'PATCH',
        'TRACE',
        'QUERY',
        'post',
        'X Y',
        '',
      ),
    ),
    headers: fc.array(header, { maxLength: 4 }),
    body,
    framing: fc.oneof(
      weighted(24, 'length' as const),
      weighted(6, 'chunks' as const),
      weighted(1, 'none' as const, 'longer' as const, 'shorter' as const),
    ),
    damage: fc.oneof(weighted(20, undefined), {
      weight: 1,
      arbitrary: fc.record({ at: fc.nat(600), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
    }),
    leavesAfterMs: fc.oneof(weighted(15, undefined), { weight: 1, arbitrary: fc.nat(40) }),
  })
  .map(
    ({
      request: { path, more, method, leaves, config },
      method: other,
      headers,
      leavesAfterMs,
      body: any,
      ...rest
    }) => ({
      ...rest,
      path,
      body: config !== undefined && any.length % 8 !== 0 ? config : any,
      method: other ?? method,
      headers: [...more, ...headers],
      leavesAfterMs: leaves ? (leavesAfterMs ?? 20) : leavesAfterMs,
    }),
  );
