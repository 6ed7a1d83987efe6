import { oneIn, type Pending } from '../usb/pending.ts';
import { APDU } from './apdu.ts';
import type { PhdcFaults } from './faults.ts';
import { type Numeric, SPECIALS } from './mder.ts';
import type { PersonGroup, Value } from './objects.ts';

/** Reports and store events are `data`; answers are what the manager asked for. */
export type OutgoingKind = 'data' | 'answer' | 'other';

const OVERSIZE = 64_600;
const UNKNOWN_HANDLE = 77;

function withLengths(bytes: Uint8Array, length: number): Uint8Array {
  const sized = new Uint8Array(length);
  sized.set(bytes.subarray(0, length));
  const view = new DataView(sized.buffer);
  view.setUint16(2, length - 4);
  view.setUint16(4, length - 6);
  view.setUint16(10, length - 12);
  return sized;
}

function longer(bytes: Uint8Array): Uint8Array {
  const spoilt = bytes.slice();
  new DataView(spoilt.buffer).setUint16(2, bytes.length);
  return spoilt;
}

function otherInvokeId(bytes: Uint8Array): Uint8Array {
  const spoilt = bytes.slice();
  const view = new DataView(spoilt.buffer);
  view.setUint16(6, (view.getUint16(6) + 0x100) & 0xffff);
  return spoilt;
}

function spoiltValue(value: Value, special: Numeric): Value {
  if ('sfloat' in value) return { id: value.id, sfloat: special };
  if ('float' in value) return { id: value.id, float: special };
  if ('compound' in value) return { id: value.id, compound: value.compound.map(() => special) };
  return value;
}

/** Everything that faults change between the agent and the wire. */
export function createOutgoing(faults: PhdcFaults, pending: Pending) {
  const badLength = oneIn(faults['bad-length']);
  const wrongId = oneIn(faults['wrong-invoke-id']);
  const duplicates = oneIn(faults['duplicate-report']);
  const truncates = oneIn(faults['truncated-apdu']);
  const oversizes = oneIn(faults['oversize-apdu']);
  const specials = oneIn(faults['special-values']);
  const unknown = oneIn(faults['unknown-object']);
  let injected = 0;
  let answers = 0;
  let specialCount = 0;
  const apply = (strikes: boolean, bytes: Uint8Array, change: (from: Uint8Array) => Uint8Array) => {
    if (!strikes) return bytes;
    injected += 1;
    return change(bytes);
  };
  const spoilData = (bytes: Uint8Array): Uint8Array => {
    const oversized = apply(oversizes(), bytes, (from) => withLengths(from, OVERSIZE));
    return apply(truncates(), oversized, (from) => from.slice(0, from.length >> 1));
  };
  const spoilAnswer = (bytes: Uint8Array): Uint8Array | undefined => {
    const limit = faults['no-answer'];
    if (limit !== undefined && answers >= limit) {
      injected += 1;
      return undefined;
    }
    answers += 1;
    // A release has no invoke id.
    return apply(bytes.length > 8 && wrongId(), bytes, otherInvokeId);
  };
  const spoil = (bytes: Uint8Array, kind: OutgoingKind): Uint8Array | undefined => {
    if (kind === 'answer') return spoilAnswer(bytes);
    return kind === 'data' ? spoilData(bytes) : bytes;
  };
  return {
    send: (bytes: Uint8Array, kind: OutgoingKind, dueMs: number): void => {
      const spoilt = spoil(bytes, kind);
      if (spoilt === undefined) return;
      const isData = (bytes[0] ?? 0) << 8 === APDU.prst && kind !== 'other';
      const last = apply(isData && badLength(), spoilt, longer);
      pending.push(last, dueMs);
      if (kind !== 'data' || !duplicates()) return;
      injected += 1;
      pending.push(last, dueMs);
    },
    /** Changes what a report says, before it is encoded. */
    observed: (groups: readonly PersonGroup[]): readonly PersonGroup[] => {
      let changed = groups;
      if (specials()) {
        const special = SPECIALS[specialCount % SPECIALS.length] ?? 'NaN';
        specialCount += 1;
        injected += 1;
        changed = mapObservations(changed, (one) => ({
          ...one,
          values: one.values.map((value) => spoiltValue(value, special)),
        }));
      }
      if (!unknown()) return changed;
      injected += 1;
      return mapObservations(changed, (one, i) =>
        i === 0 ? { ...one, handle: UNKNOWN_HANDLE } : one,
      );
    },
    count: () => {
      injected += 1;
    },
    injected: () => injected,
  };
}

function mapObservations(
  groups: readonly PersonGroup[],
  change: (
    one: PersonGroup['observations'][number],
    i: number,
  ) => PersonGroup['observations'][number],
): PersonGroup[] {
  return groups.map((group) => ({ ...group, observations: group.observations.map(change) }));
}
