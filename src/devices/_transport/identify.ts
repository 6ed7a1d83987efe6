import type { DeviceIdentity, TransportAddress } from '../../contracts/devices.ts';
import { type Fault, type FaultCode, fault, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterModule, Wire } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import type { Candidate, Sighting } from './sighting.ts';

export type Identified = {
  readonly adapterId: string;
  readonly identity: DeviceIdentity;
  readonly wire: Wire;
};

type Open = (address: TransportAddress, wire: Wire) => Promise<Result<Transport>>;
type Question = { readonly adapter: AdapterModule; readonly candidate: Candidate };

/** Whatever is asked there, the answer would be the same. */
const OF_THE_ADDRESS: ReadonlySet<FaultCode> = new Set([
  'DEVICE_NOT_FOUND',
  'DEVICE_NO_PERMISSION',
  'DEVICE_BUSY',
]);

/**
 * Asks what is there who it is: adapters that only listen come first, then by score, each with its
 * documented question and nothing else. An address without candidates is not opened: that is
 * DEVICE_UNKNOWN_ADAPTER. Else fails as the likeliest candidate did.
 */
export async function identify(
  { address, candidates }: Pick<Sighting, 'address' | 'candidates'>,
  adapters: readonly AdapterModule[],
  open: Open,
  time: HostTime,
): Promise<Result<Identified>> {
  const questions = candidates.flatMap((candidate) => {
    const adapter = adapters.find((one) => one.manifest.adapterId === candidate.adapterId);
    return adapter === undefined ? [] : [{ adapter, candidate }];
  });
  let likeliest: { readonly score: number; readonly fault: Fault } | null = null;
  for (const question of questions.toSorted(listenersFirst)) {
    const asked = await ask(question, address, open, time);
    if (asked.ok || OF_THE_ADDRESS.has(asked.fault.code)) {
      return asked;
    }
    if (likeliest === null || question.candidate.score > likeliest.score) {
      likeliest = { score: question.candidate.score, fault: asked.fault };
    }
  }
  return {
    ok: false,
    fault: likeliest?.fault ?? fault('DEVICE_UNKNOWN_ADAPTER', { path: address.path }),
  };
}

function listenersFirst(a: Question, b: Question): number {
  const listening = (one: Question): number => (one.adapter.manifest.listensOnly ? 0 : 1);
  return listening(a) - listening(b) || b.candidate.score - a.candidate.score;
}

async function ask(
  { adapter, candidate }: Question,
  address: TransportAddress,
  open: Open,
  time: HostTime,
): Promise<Result<Identified>> {
  const { adapterId, wires } = adapter.manifest;
  const fitting = wires
    .filter((wire) => wire.kind === address.kind)
    .toSorted((a, b) => Number(b.name === candidate.wire) - Number(a.name === candidate.wire));
  let last: Fault = fault('DEVICE_CANNOT', { path: address.path });
  for (const wire of fitting) {
    const answer = await probeWire(adapter, address, wire, open, time);
    if (answer.ok) {
      return ok({ adapterId, identity: answer.value, wire });
    }
    last = answer.fault;
    if (OF_THE_ADDRESS.has(last.code)) {
      break;
    }
  }
  return { ok: false, fault: last };
}

async function probeWire(
  adapter: AdapterModule,
  address: TransportAddress,
  wire: Wire,
  open: Open,
  time: HostTime,
): Promise<Result<DeviceIdentity>> {
  const opened = await open(address, wire);
  if (!opened.ok) {
    return opened;
  }
  try {
    return await adapter.probe(opened.value, { time, wire, calibration: () => null });
  } finally {
    await opened.value.close();
  }
}
