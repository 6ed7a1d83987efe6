import { existsSync } from 'node:fs';
import type { EmulatorDefinition, EmulatorOptions } from '../definition.ts';
import type { DeviceArguments } from './deviceArguments.ts';
import { EXIT, obeyLines, type RunIo } from './session.ts';

type UsbipServer = {
  readonly port: number;
  readonly unplug: (busId: string) => void;
  readonly plug: (busId: string) => void;
  readonly stop: () => Promise<void>;
};
type ServeUsbip = (options: {
  readonly port: number;
  readonly devices: readonly {
    readonly busId: string;
    readonly definition: EmulatorDefinition;
    readonly options: EmulatorOptions;
  }[];
  readonly signal: AbortSignal;
}) => Promise<UsbipServer>;

const EXPORTER = new URL('../../hil/exporter/serve.ts', import.meta.url);
const BUS_ID = '1-1';

/** Loaded by its path and only when asked for: emulators on a pty need no exporter. */
async function loadExporter(): Promise<ServeUsbip | undefined> {
  if (!existsSync(EXPORTER)) return undefined;
  const loaded: { serveUsbip: ServeUsbip } = await import(EXPORTER.href);
  return loaded.serveUsbip;
}

function commandsOf(server: UsbipServer, io: RunIo) {
  let isPlugged = true;
  return {
    stats: () => ({ usbip: server.port, plugged: isPlugged }),
    isPlugged: () => isPlugged,
    unplug: (): void => {
      server.unplug(BUS_ID);
      isPlugged = false;
    },
    replug: (): void => {
      if (isPlugged) {
        io.print({ event: 'refused', command: 'replug' });
        return;
      }
      server.plug(BUS_ID);
      isPlugged = true;
      io.print({ event: 'replugged', usbip: server.port });
    },
  };
}

/** Serves a device as a USB device over USB/IP until told to stop; returns the exit code. */
export async function runUsbip(args: DeviceArguments, port: number, io: RunIo): Promise<number> {
  const { definition, options } = args;
  const serveUsbip = await loadExporter();
  if (serveUsbip === undefined) {
    io.complain('test/hil/exporter/serve.ts is not there: --usbip needs it');
    return EXIT.noExporter;
  }
  const devices = [{ busId: BUS_ID, definition, options }];
  try {
    const server = await serveUsbip({ port, devices, signal: io.signal });
    const { vendorId, productId } = definition.usb(options.variant);
    const variant = options.variant ?? definition.variants[0] ?? null;
    const what = { device: definition.name, variant, vendorId, productId };
    io.print({ event: 'ready', usbip: server.port, busId: BUS_ID, ...what, pid: process.pid });
    await obeyLines(commandsOf(server, io), args.seconds, io);
    await server.stop();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    io.complain(`TCP port ${port} cannot be served: ${error.message}`);
    return EXIT.noPty;
  }
}
