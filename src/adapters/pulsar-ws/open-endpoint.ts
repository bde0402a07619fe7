import type { AppError } from '../../errors.js';
import type { Endpoint } from './url.js';
import type { Socket } from './socket.js';

/** A socket to open, and who listens to it. */
export interface EndpointSetup {
  readonly endpoint: Endpoint;
  readonly onText: (text: string) => void;
  readonly onEnd: (reason: AppError) => void;
}

/** Opens a socket of the bus: its address and limits are the bus's. */
export type OpenEndpoint = (setup: EndpointSetup) => Promise<Socket>;
