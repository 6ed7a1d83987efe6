import type { types } from 'mediasoup';
import { type CallInput, type CallOutput, createRouter } from '../../contracts/calls.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Role } from '../../contracts/roles.ts';
import { SIGNALLING_CALLS, type SignallingCalls } from '../../contracts/signalling.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { TokenClaims, Tokens } from '../tokens.ts';
import type { Connection, Seat } from './connection.ts';
import { SIGNALLING_FAULTS } from './faults.ts';

type JoinInput = CallInput<SignallingCalls, 'join'>;
type JoinOutput = CallOutput<SignallingCalls, 'join'>;
type Newcomer = { readonly connection: Connection; readonly claims: TokenClaims };

/** `join`: the one call that is served before joining, since its token says who is calling. */
export function createAdmission(deps: {
  readonly tokens: Tokens;
  readonly rooms: Rooms;
  readonly listenerFor: (role: Role) => Result<types.WebRtcServer>;
  readonly onBug: (call: string, error: unknown) => void;
}): (connection: Connection, input: unknown) => Promise<Result<unknown>> {
  const { join } = SIGNALLING_CALLS;
  const route = createRouter<{ join: typeof join }, Newcomer>(
    { join },
    { join: (input, newcomer) => enter(deps, input, newcomer) },
    SIGNALLING_FAULTS,
    deps.onBug,
  );
  return async (connection, input) => {
    const parsed = join.input.safeParse(input);
    if (!parsed.success) {
      return failed('SIGNALLING_MALFORMED', { call: 'join' });
    }
    const claims = deps.tokens.verify(parsed.data.token);
    if (!claims.ok) {
      return claims;
    }
    const { role } = claims.value;
    return await route('join', input, { role, context: { connection, claims: claims.value } });
  };
}

async function enter(
  deps: {
    readonly rooms: Rooms;
    readonly listenerFor: (role: Role) => Result<types.WebRtcServer>;
  },
  input: JoinInput,
  { connection, claims }: Newcomer,
): Promise<Result<JoinOutput>> {
  const { peerId, displayName } = input;
  const { role, expiresAt } = claims;
  if (input.room !== undefined && input.room !== claims.room) {
    return failed('ROOM_UNKNOWN');
  }
  if (connection.seat !== null) {
    return isSameSeat(connection.seat, peerId, claims)
      ? ok(joinAnswer(connection.seat))
      : failed('SIGNALLING_MALFORMED', { call: 'join' });
  }
  return await deps.rooms.enter(claims.room, (room) => {
    if (connection.isClosing) {
      return failed('SIGNALLING_CLOSED');
    }
    const admitted = room.admit({
      info: { peerId, role, displayName },
      link: connection,
      listener: () => deps.listenerFor(role),
    });
    if (!admitted.ok) {
      return admitted;
    }
    connection.seat = { room, peer: admitted.value, expiresAt };
    return ok(joinAnswer(connection.seat));
  });
}

function isSameSeat({ room, peer }: Seat, peerId: string, claims: TokenClaims): boolean {
  return peer.info.peerId === peerId && peer.info.role === claims.role && room.name === claims.room;
}

function joinAnswer({ room, peer }: Seat): JoinOutput {
  return {
    room: room.name,
    role: peer.info.role,
    routerRtpCapabilities: room.router.rtpCapabilities,
    ...room.seenBy(peer.info.peerId),
  };
}
