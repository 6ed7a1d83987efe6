import type { DeviceStatus } from '../../contracts/devices.ts';
import type { Result } from '../../contracts/faults.ts';

/** Sees to it that every device that is there is the open act's resident's, and nobody's between acts. */
export type Bindings = {
  readonly bindAll: (patientId: string | null) => Promise<void>;
  /** A device that came later is bound too. */
  readonly onStatus: (status: DeviceStatus) => void;
};

export function createBindings(host: {
  readonly statuses: () => readonly DeviceStatus[];
  readonly bindDevice: (deviceId: string, binding: string | null) => Promise<Result<unknown>>;
}): Bindings {
  let wanted: string | null = null;
  const underWay = new Set<string>();

  async function bind({ deviceId }: DeviceStatus): Promise<void> {
    if (underWay.has(deviceId)) {
      return;
    }
    underWay.add(deviceId);
    try {
      let given: string | null;
      do {
        given = wanted;
        await host.bindDevice(deviceId, given);
      } while (given !== wanted);
    } finally {
      underWay.delete(deviceId);
    }
  }

  return {
    bindAll: async (patientId) => {
      wanted = patientId;
      await Promise.all(host.statuses().map(bind));
    },
    onStatus: (status) => {
      if (status.binding !== wanted && status.state !== 'disconnected' && status.state !== 'lost') {
        void bind(status);
      }
    },
  };
}
