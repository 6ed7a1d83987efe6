import type { HubState } from '../../../contracts/ipc.ts';
import type { CartCallPhase } from '../../media/callState.ts';
import type { Tone } from '../../ui/StateBadge.tsx';

export const CALL_TONES: Record<CartCallPhase, Tone> = {
  waitingHub: 'idle',
  connecting: 'warn',
  joined: 'good',
  reconnecting: 'warn',
  refused: 'bad',
};

export const HUB_TONES: Record<HubState['state'], Tone> = {
  starting: 'warn',
  up: 'good',
  down: 'bad',
};
