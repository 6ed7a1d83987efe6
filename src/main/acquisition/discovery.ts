import type { Result } from '../../contracts/faults.ts';
import type { DeviceRequest, Sighting } from '../../contracts/hostControl.ts';

/** The safety net: plugging is told at once where the system tells it. */
const LOOK_EVERY_MS = 3_000;
/** What answered nobody is asked again after so long: it may have been switched on since. */
const ASK_AGAIN_MS = 30_000;
/** USB vendor and product both agree, or the class of a standard: enough to ask who it is. */
const LIKELY_SCORE = 10;

export type DiscoveryHost = {
  sightings(): Promise<readonly Sighting[]>;
  identify(address: Sighting['address']): Promise<Result<{ readonly adapterId: string }>>;
  wantDevice(request: DeviceRequest, serialNumber: string | null): void;
};

export type Discovery = {
  /** Something was plugged in or out. */
  look(): void;
  stop(): void;
};

/** Another product in the same port is another device, also where neither tells a serial number. */
function keyOf({ address, vendorId, productId, serialNumber }: Sighting): string {
  return JSON.stringify([address, vendorId, productId, serialNumber]);
}

/** What stays of a device that is plugged in elsewhere; null: nobody could tell. */
function identityOf({ address, vendorId, productId, serialNumber }: Sighting): string | null {
  return serialNumber === null
    ? null
    : JSON.stringify([address.kind, vendorId, productId, serialNumber]);
}

/**
 * Looks for devices that were plugged in and asks for each once; from then on its session follows it,
 * wherever it is plugged in again. Where several adapters may speak to a bridge chip, the device is
 * asked who it is first. What no adapter knows is left alone.
 */
export function discoverDevices(host: DiscoveryHost, now: () => number): Discovery {
  const wanted = new Set<string>();
  /** Where a wanted device was seen last: its key, by its identity. */
  const followed = new Map<string, string>();
  const askedAt = new Map<string, number>();
  let stopped = false;
  let looking: Promise<void> | null = null;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Its session follows it by its serial number: a question would only hold the port against it. */
  function hasMoved(sighting: Sighting, present: ReadonlySet<string>): boolean {
    const identity = identityOf(sighting);
    const before = identity === null ? undefined : followed.get(identity);
    if (identity === null || before === undefined || present.has(before)) {
      return false;
    }
    want(sighting);
    return true;
  }

  function want(sighting: Sighting): void {
    const identity = identityOf(sighting);
    wanted.add(keyOf(sighting));
    if (identity !== null) {
      followed.set(identity, keyOf(sighting));
    }
  }

  async function consider(sighting: Sighting, present: ReadonlySet<string>): Promise<void> {
    const likely = sighting.candidates.filter(({ score }) => score >= LIKELY_SCORE);
    const [best, second] = likely;
    const key = keyOf(sighting);
    if (best === undefined || hasMoved(sighting, present) || wanted.has(key)) {
      return;
    }
    let { adapterId } = best;
    if (second !== undefined) {
      if (now() - (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) {
        return;
      }
      askedAt.set(key, now());
      const found = await host.identify(sighting.address);
      if (!found.ok) {
        return;
      }
      adapterId = found.value.adapterId;
    }
    want(sighting);
    host.wantDevice({ adapterId, address: sighting.address }, sighting.serialNumber);
  }

  async function lookOnce(): Promise<void> {
    const sightings = await host.sightings();
    const present = new Set(sightings.map(keyOf));
    for (const key of askedAt.keys()) {
      if (!present.has(key)) {
        // Unplugged since: it is new when it comes back.
        askedAt.delete(key);
      }
    }
    // One after the other: two questions on one hub of bridge chips would only slow each other.
    for (const sighting of sightings) {
      if (!stopped) {
        await consider(sighting, present);
      }
    }
  }

  function look(): void {
    if (looking !== null) {
      again = true;
      return;
    }
    clearTimeout(timer);
    looking = lookOnce().finally(() => {
      looking = null;
      if (stopped) {
        return;
      }
      if (again) {
        again = false;
        look();
      } else {
        timer = setTimeout(look, LOOK_EVERY_MS);
      }
    });
  }

  look();
  return {
    look: () => {
      if (!stopped) {
        look();
      }
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
