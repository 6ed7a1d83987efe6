import type { NetworkState } from '../../../contracts/outbox.ts';
import type { Circuit } from './circuit.ts';
import { isLoopback } from './loopback.ts';

export type Way = { readonly url: string; readonly circuit: Circuit };

/**
 * What a person is told. The system's word alone stops nothing, as it does not know the way to each
 * server: it only tells why none answers.
 * @param systemOnline what the operating system says.
 */
export function networkState(of: {
  readonly paused: boolean;
  readonly systemOnline: boolean;
  readonly ways: readonly Way[];
}): NetworkState {
  if (of.paused) {
    return 'paused';
  }
  const outside = of.ways.filter(({ url }) => !isLoopback(url));
  const circuits = (outside.length > 0 ? outside : of.ways).map(({ circuit }) => circuit);
  if (circuits.some(isCaptive)) {
    return 'captivePortal';
  }
  const lost = circuits.some(({ state }) => state === 'unreachable') || !of.systemOnline;
  const answers = circuits.some(({ state }) => state === 'reachable' || state === 'backingOff');
  return lost && !answers ? 'offline' : 'up';
}

function isCaptive(circuit: Circuit): boolean {
  return circuit.state === 'backingOff' && circuit.fault.code === 'OUTBOX_CAPTIVE_PORTAL';
}
