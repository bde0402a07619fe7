import type { WebSocket } from 'ws';

/** Watches that the other side is there. */
export interface Heartbeat {
  /** Something came in. */
  heard(): void;
  /** While reading is paused no answer can be seen: silence is no sign then. */
  setPaused(paused: boolean): void;
  stop(): void;
}

/** Pings every `periodMs`; calls `onSilence` when nothing at all came in for as long after a ping. */
export function startHeartbeat(socket: WebSocket, periodMs: number, onSilence: () => void): Heartbeat {
  let waiting = false;
  let paused = false;
  const heard = (): void => {
    waiting = false;
  };
  const beat = (): void => {
    if (paused || !waiting) {
      waiting = true;
      socket.ping();
      return;
    }
    // After a stall of this process the pong lies in the socket unread: let it be read before judging.
    setImmediate(() => {
      if (waiting && !paused) onSilence();
    });
  };
  const timer = setInterval(beat, periodMs);
  socket.on('pong', heard);
  return {
    heard,
    setPaused(value) {
      paused = value;
      waiting = false;
    },
    stop: () => clearInterval(timer),
  };
}
