import { createCytonEmulator } from '../cyton/emulator.ts';
import { createEcgModel } from '../ecg/dynamicalModel.ts';
import type { EcgSource } from '../ecg/leads.ts';
import { createRecordSource, readWfdbRecord, WfdbError } from '../ecg/wfdb.ts';
import { realClock } from '../host/clock.ts';
import { createPtyHost } from '../host/pty.ts';
import { createStampWriter } from '../stamps.ts';
import type { CytonArguments } from './cytonArguments.ts';
import { EXIT, obeyLines, PTY_SENTENCES, type RunIo } from './session.ts';

const FLUSH_MS = 200;

function openSource(args: CytonArguments): EcgSource {
  if (args.input === undefined) return createEcgModel(args.model);
  return createRecordSource(readWfdbRecord(args.input.replace(/\.(hea|dat)$/, '')));
}

function openStamps(file: string | undefined) {
  if (file === undefined) return undefined;
  const writer = createStampWriter(file);
  const timer = setInterval(writer.flush, FLUSH_MS);
  const close = (): void => {
    clearInterval(timer);
    writer.close();
  };
  return { add: writer.add, flush: writer.flush, close };
}

function createSession(args: CytonArguments, source: EcgSource, io: RunIo) {
  const stamps = openStamps(args.stamps);
  let startedMs: number | undefined;
  const device = createCytonEmulator({
    source,
    seed: args.seed,
    faults: args.faults,
    streamOnStart: args.streamOnStart,
    onEvent: (event) => {
      if (event === 'started') startedMs = realClock.nowMs();
      else stamps?.flush();
      io.print({ event });
    },
  });
  const host = createPtyHost({
    device,
    link: args.link,
    clock: realClock,
    ...(stamps === undefined ? {} : { onStamp: stamps.add }),
    onUnplugged: (cause) => io.print({ event: 'unplugged', cause }),
  });
  const stats = () => ({
    ...host.stats(),
    faultsInjected: device.faultsInjected(),
    sinceStartMs: startedMs === undefined ? null : Math.round(realClock.nowMs() - startedMs),
  });
  return { host, stats, closeStamps: () => stamps?.close() };
}

type Session = ReturnType<typeof createSession>;

async function replug(session: Session, io: RunIo): Promise<void> {
  const result = await session.host.replug();
  if (result.ok) io.print({ event: 'replugged', terminal: result.terminal });
  else io.print({ event: 'refused', command: 'replug', ...result.fault });
}

function commandsOf(session: Session, io: RunIo) {
  return {
    stats: session.stats,
    isPlugged: session.host.isPlugged,
    unplug: session.host.unplug,
    replug: () => replug(session, io),
  };
}

function trySetUp(
  args: CytonArguments,
  io: RunIo,
): { session: Session; source: EcgSource } | number {
  try {
    const source = openSource(args);
    return { session: createSession(args, source, io), source };
  } catch (error) {
    if (error instanceof WfdbError) {
      io.complain(error.message);
      return EXIT.noInput;
    }
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    io.complain(`the stamps file cannot be opened: ${error.message}`);
    return EXIT.noStamps;
  }
}

/** Runs the emulator until it is told to stop; returns the exit code. */
export async function runCyton(args: CytonArguments, io: RunIo): Promise<number> {
  const setUp = trySetUp(args, io);
  if (typeof setUp === 'number') return setUp;
  const { session, source } = setUp;
  try {
    const plugged = await session.host.plug();
    if (!plugged.ok) {
      const [code, sentence] = PTY_SENTENCES[plugged.fault.code](plugged.fault.params.detail);
      io.complain(sentence);
      return code;
    }
    const { description: signal, generated } = source;
    const { terminal } = plugged;
    io.print({ event: 'ready', pty: args.link, terminal, signal, generated, pid: process.pid });
    await obeyLines(commandsOf(session, io), args.seconds, io);
    return EXIT.ok;
  } finally {
    await session.host.close();
    session.closeStamps();
  }
}
