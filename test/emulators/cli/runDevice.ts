import type { EmulatedInstrument } from '../definition.ts';
import { realClock } from '../host/clock.ts';
import { createPtyHost } from '../host/pty.ts';
import type { DeviceArguments } from './deviceArguments.ts';
import { runUsbip } from './runUsbip.ts';
import { EXIT, obeyLines, PTY_SENTENCES, type RunIo } from './session.ts';

type PtyHost = ReturnType<typeof createPtyHost>;

function commandsOf(host: PtyHost, device: EmulatedInstrument, io: RunIo) {
  return {
    stats: () => ({ ...host.stats(), faultsInjected: device.faultsInjected() }),
    isPlugged: host.isPlugged,
    unplug: host.unplug,
    replug: async (): Promise<void> => {
      const result = await host.replug();
      if (result.ok) io.print({ event: 'replugged', terminal: result.terminal });
      else io.print({ event: 'refused', command: 'replug', ...result.fault });
    },
  };
}

async function runPty(args: DeviceArguments, link: string, io: RunIo): Promise<number> {
  const { definition, options } = args;
  const device = definition.create(options);
  const host = createPtyHost({
    device,
    link,
    clock: realClock,
    onUnplugged: (cause) => io.print({ event: 'unplugged', cause }),
  });
  try {
    const plugged = await host.plug();
    if (!plugged.ok) {
      const [code, sentence] = PTY_SENTENCES[plugged.fault.code](plugged.fault.params.detail);
      io.complain(sentence);
      return code;
    }
    const variant = options.variant ?? definition.variants[0] ?? null;
    const what = { device: definition.name, variant, generated: true };
    const where = { pty: link, terminal: plugged.terminal };
    io.print({ event: 'ready', ...where, ...what, pid: process.pid });
    await obeyLines(commandsOf(host, device, io), args.seconds, io);
    return EXIT.ok;
  } finally {
    await host.close();
  }
}

/** Runs any emulator until it is told to stop; returns the exit code. */
export async function runDevice(args: DeviceArguments, io: RunIo): Promise<number> {
  const { wire } = args;
  return wire.kind === 'pty' ? runPty(args, wire.link, io) : runUsbip(args, wire.port, io);
}
