import type { DeviceRequest } from '../../contracts/hostControl.ts';
import type { HostSupervisor } from './hostSupervisor.ts';

const LOOK_EVERY_MS = 3_000;

/**
 * Looks for devices that were plugged in and asks for each once; from then on its session follows it,
 * wherever it is plugged in again.
 *
 * @returns stops looking.
 */
export function discoverDevices(
  host: Pick<HostSupervisor<never>, 'likelyDevices' | 'wantDevice'>,
): () => void {
  const asked = new Set<string>();
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function want(request: DeviceRequest): void {
    const key = JSON.stringify(request);
    if (!asked.has(key)) {
      asked.add(key);
      host.wantDevice(request);
    }
  }

  async function look(): Promise<void> {
    (await host.likelyDevices()).forEach(want);
    if (!stopped) {
      timer = setTimeout(() => void look(), LOOK_EVERY_MS);
    }
  }

  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
