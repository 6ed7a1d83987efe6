import { setTimeout as delay } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { errorName } from '../log.ts';
import { probePort } from './ports.ts';

/** Where media arrives. `announcedAddress` is what peers are told where they see another one. */
export type ListenAddress = {
  readonly ip: string;
  readonly port: number;
  readonly announcedAddress?: string | undefined;
};

export type Listener = { readonly server: types.WebRtcServer; readonly port: number };

const ATTEMPTS = 5;
/** The worker of a hub that was killed keeps its ports for a moment longer. */
const RETRY_AFTER = 200;

/**
 * One port of UDP for all transports, and the same of TCP for networks that block UDP. Fails with
 * HUB_PORT_IN_USE or HUB_START_FAILED.
 */
export async function openListener(
  worker: types.Worker,
  address: ListenAddress,
): Promise<Result<Listener>> {
  for (let attempt = 1; ; attempt++) {
    const opened = await openOnce(worker, address);
    if (opened.ok || attempt === ATTEMPTS) {
      return opened;
    }
    await delay(RETRY_AFTER);
  }
}

async function openOnce(worker: types.Worker, address: ListenAddress): Promise<Result<Listener>> {
  const probed = await probePort(address.ip, address.port);
  if (!probed.ok) {
    return probed;
  }
  const port = probed.value;
  try {
    return ok({ server: await createServer(worker, address, port), port });
  } catch (error) {
    // Between the probe and the worker's bind another program took the port.
    return failed('HUB_START_FAILED', { reason: errorName(error), port });
  }
}

function createServer(
  worker: types.Worker,
  address: ListenAddress,
  port: number,
): Promise<types.WebRtcServer> {
  const { ip, announcedAddress } = address;
  const shared = { ip, port, ...(announcedAddress === undefined ? {} : { announcedAddress }) };
  return worker.createWebRtcServer({
    listenInfos: [
      { protocol: 'udp', ...shared },
      { protocol: 'tcp', ...shared },
    ],
  });
}
