import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseAddress } from '../../contracts/address.ts';
import { DeviceRequestSchema } from '../../contracts/hostControl.ts';

/** How this start differs from a cart's ordinary one. Unknown switches belong to Chromium. */
const OptionsSchema = z.object({
  /** `adapterId@address`, repeated: devices reached at a given place instead of by discovery. */
  devices: z.array(DeviceRequestSchema),
  /** Folder of the record and of the hub; null: the system's folder for application data. */
  dataDir: z.string().min(1).nullable(),
  /** Address that the hub binds for the cart's network. */
  address: z.string().min(1),
  /** Address by which physicians reach the hub when it is another one (a port forward, a proxy). */
  outsideAddress: z.string().min(1).nullable(),
  /** Flags for V8 in the device host: how the benchmark puts its garbage collector under stress. */
  hostFlags: z.string().nullable(),
  size: z.object({ width: z.number().int(), height: z.number().int() }),
});
export type Options = z.infer<typeof OptionsSchema>;

/** @throws Error with a plain sentence when an option cannot be read. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      'chariot-device': { type: 'string', multiple: true },
      'chariot-data': { type: 'string' },
      'chariot-address': { type: 'string' },
      'chariot-outside': { type: 'string' },
      'chariot-host-flags': { type: 'string' },
      'chariot-size': { type: 'string' },
    },
  });
  const devices = (values['chariot-device'] ?? []) as string[];
  const [width, height] = String(values['chariot-size'] ?? '1600x1000')
    .split('x')
    .map(Number);
  const options = OptionsSchema.safeParse({
    devices: devices.map((text) => {
      const at = text.indexOf('@');
      return {
        adapterId: text.slice(0, Math.max(0, at)),
        address: parseAddress(text.slice(at + 1)),
      };
    }),
    dataDir: values['chariot-data'] ?? null,
    address: values['chariot-address'] ?? '127.0.0.1',
    outsideAddress: values['chariot-outside'] ?? null,
    hostFlags: values['chariot-host-flags'] ?? null,
    size: { width, height },
  });
  if (!options.success) {
    throw new Error(
      `Option illisible / unreadable option: ${options.error.issues[0]?.path.join('.')}`,
    );
  }
  return options.data;
}
