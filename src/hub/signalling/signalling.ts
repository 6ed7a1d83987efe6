import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { types } from 'mediasoup';
import { type Fault, failed, type Result } from '../../contracts/faults.ts';
import type { Role } from '../../contracts/roles.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../limits.ts';
import { errorName, type Log } from '../log.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Tokens } from '../tokens.ts';
import { createAdmission } from './admission.ts';
import type { Connection, Seat } from './connection.ts';
import { createJoinedRouter } from './joinedCalls.ts';
import type { SignallingRequest } from './message.ts';
import { Sockets } from './sockets.ts';

export type Signalling = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  failAll(fault: Fault): void;
  close(): Promise<void>;
};

/** The signalling service: who may speak, and who serves which call. */
export function createSignalling(deps: {
  readonly tokens: Tokens;
  readonly rooms: Rooms;
  readonly listenerFor: (role: Role) => Result<types.WebRtcServer>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}): Signalling {
  const { rooms, limits, clock, log } = deps;
  const onBug = (call: string, error: unknown) => log('bug', { call, error: errorName(error) });
  const leave = ({ room, peer }: Seat) => rooms.leave(room, peer);
  const admit = createAdmission({ ...deps, onBug });
  const route = createJoinedRouter({ leave, onBug });

  async function serve(connection: Connection, request: SignallingRequest) {
    const result = await serveOne(connection, request);
    if (!result.ok) {
      log('call.failed', { socket: connection.id, code: result.fault.code });
    }
    return result;
  }

  async function serveOne(connection: Connection, { call, input }: SignallingRequest) {
    if (call === 'join') {
      return await admit(connection, input);
    }
    const { seat } = connection;
    if (seat === null) {
      return failed('SIGNALLING_NOT_JOINED');
    }
    const result = await route(call, input, { role: seat.peer.info.role, context: seat });
    if (call === 'leave' && result.ok) {
      connection.seat = null;
      connection.unjoinedSince = clock.monotonic();
    }
    return result;
  }

  return new Sockets({ limits, clock, log, serve, leave });
}
