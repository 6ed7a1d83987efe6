import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeWithOracle } from './cyton/oracle.ts';
import { hasSocat, isAlive, openTerminal, until } from './host/ptyTesting.ts';
import { readStamps } from './stamps.ts';
import { EMULATORS } from './table.ts';

let folder = '';
let link = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-emulate-'));
  link = join(folder, 'cyton');
});
afterEach(() => rmSync(folder, { recursive: true }));

type Event = Record<string, unknown> & { event: string };

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { env });
  const events: Event[] = [];
  const out: string[] = [];
  const err: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    out.push(line);
    if (line.startsWith('{')) events.push(JSON.parse(line));
  });
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const wait = (event: string) => until(() => events.some((one) => one.event === event), 15_000);
  return {
    child,
    events,
    exit,
    wait,
    find: (event: string) => events.find((one) => one.event === event),
    output: () => out.join('\n'),
    errors: () => err.join(''),
    say: (line: string) => child.stdin.write(`${line}\n`),
  };
}

/** The only child of a process, which for the emulator is socat. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

const linkExists = (): boolean => lstatSync(link, { throwIfNoEntry: false }) !== undefined;

describe.skipIf(!hasSocat)(`emulator program${hasSocat ? '' : ' (skipped: no socat)'}`, () => {
  it('tells its events, obeys its lines, stamps its frames and leaves nothing', async () => {
    const stamps = join(folder, 'stamps.bin');
    const program = run(['cyton', '--pty', link, '--stamps', stamps, '--hr', '60']);
    expect(await program.wait('ready')).toBe(true);
    expect(program.find('ready')).toMatchObject({ pty: link, signal: 'model', generated: true });
    const terminal = openTerminal(link);
    terminal.send('b');
    expect(await program.wait('started')).toBe(true);
    await until(() => terminal.bytes().length > 100 * 33);
    terminal.send('s');
    expect(await program.wait('stopped')).toBe(true);
    program.say('stats');
    expect(await program.wait('stats')).toBe(true);
    const frames = decodeWithOracle(terminal.bytes()).length;
    const stats = { framesSent: frames, bytesSent: 33 * frames, faultsInjected: 0 };
    expect(program.find('stats')).toMatchObject({ ...stats, sinceStartMs: expect.any(Number) });
    expect(readStamps(stamps).map((s) => s.frameIndex)).toEqual([...Array(frames).keys()]);
    program.say('unplug');
    expect(await program.wait('unplugged')).toBe(true);
    expect(linkExists()).toBe(false);
    program.say('replug');
    expect(await program.wait('replugged')).toBe(true);
    expect(linkExists()).toBe(true);
    program.say('dance');
    expect(await program.wait('refused')).toBe(true);
    program.say('quit');
    expect(await program.exit).toBe(0);
    expect(linkExists()).toBe(false);
    terminal.close();
  });

  it.each(
    EMULATORS.flatMap(({ name, variants, wire }) =>
      wire(undefined).kind === 'serial' && name !== 'cyton'
        ? [[name, variants.at(-1)] as const]
        : [],
    ),
  )('hosts %s %s on a terminal, and takes it away', async (name, variant) => {
    const which = variant === undefined ? [] : ['--variant', variant];
    const program = run([name, ...which, '--pty', link, '--seed', '3']);
    expect(await program.wait('ready')).toBe(true);
    expect(program.find('ready')).toMatchObject({ device: name, variant: variant ?? null });
    const terminal = openTerminal(link);
    for (const question of [[0xaa], [0x80, 0x00], [0x7d, 0x81, 0xa2, ...Array(6).fill(0x80)]]) {
      terminal.send(Buffer.from(question).toString('latin1'));
    }
    expect(await until(() => terminal.bytes().length > 0)).toBe(true);
    program.say('stats');
    expect(await program.wait('stats')).toBe(true);
    expect(program.find('stats')).toMatchObject({ faultsInjected: 0 });
    program.say('quit');
    expect(await program.exit).toBe(0);
    expect(linkExists()).toBe(false);
    terminal.close();
  });

  it.each([
    ['the end of its input', (child: ReturnType<typeof run>['child']) => child.stdin.end()],
    ['SIGTERM', (child: ReturnType<typeof run>['child']) => child.kill('SIGTERM')],
  ])('ends in order at %s', async (_name, end) => {
    const program = run(['cyton', '--pty', link]);
    await program.wait('ready');
    end(program.child);
    expect(await program.exit).toBe(0);
    expect(linkExists()).toBe(false);
  });

  it('ends after its seconds', async () => {
    const program = run(['cyton', '--pty', link, '--seconds', '0.3']);
    expect(await program.exit).toBe(0);
    expect(program.find('ready')).toBeDefined();
  });

  it('killed while streaming to nobody, leaves no socat and no link', async () => {
    const program = run(['cyton', '--pty', link, '--stream-on-start']);
    await program.wait('started');
    const socat = childOf(program.child.pid ?? -1);
    expect(isAlive(socat)).toBe(true);
    await until(() => false, 1500);
    program.child.kill('SIGKILL');
    await program.exit;
    expect(await until(() => !linkExists())).toBe(true);
    expect(await until(() => !isAlive(socat))).toBe(true);
  });

  it('says with a code of its own what is wrong', async () => {
    const cases: [readonly string[], number, RegExp][] = [
      [[], 64, /which emulator\?/],
      [['spirometer', '--pty', link], 64, /"spirometer" is not one of "cyton", "healthypi"/],
      [['cyton'], 64, /--pty LINK is needed/],
      [['nonin'], 64, /--pty LINK is needed/],
      [['gdxspr', '--pty', link], 64, /gdxspr has no serial port: --usbip PORT is needed/],
      [['nonin', '--pty', link, '--usbip', '0'], 64, /exclude one another/],
      [['nonin', '--pty', link, '--hr', '60'], 64, /--hr is for the Cyton/],
      [['nonin', '--pty', link, '--fault', 'moon'], 64, /unknown fault "moon"; known: split/],
      [['cms50d', '--pty', link, '--variant', 'v9'], 64, /known: old, v7, v7-pi/],
      [['bm58', '--pty', link, '--variant', 'a'], 64, /there is only one/],
      [['nonin', '--pty', join(folder, 'a/b')], 73, /terminal could not be made/],
      [['cyton', '--pty', link, '--frob'], 64, /frob/],
      [['cyton', '--pty', link, '--hr', 'fast'], 64, /--hr "fast" is not a number from 20 to 250/],
      [
        ['cyton', '--pty', link, '--fault', 'moon'],
        64,
        /unknown fault "moon"; known: split-writes/,
      ],
      [['cyton', '--pty', link, '--input', join(folder, 'none')], 66, /none\.hea cannot be read/],
      [['cyton', '--pty', join(folder, 'a/b')], 73, /terminal could not be made/],
      [['cyton', '--pty', link, '--stamps', join(folder, 'a/b')], 74, /stamps file/],
    ];
    for (const [args, code, message] of cases) {
      const program = run(args);
      expect(await program.exit).toBe(code);
      expect(program.errors()).toMatch(message);
    }
    writeFileSync(link, '');
    const taken = run(['cyton', '--pty', link]);
    expect([await taken.exit, taken.errors()]).toEqual([73, `${link} exists already\n`]);
    const without = run(['cyton', '--pty', join(folder, 'x')], { PATH: folder });
    expect([await without.exit, without.errors().includes('socat is not installed')]).toEqual([
      69,
      true,
    ]);
  });
});

describe('emulator program', () => {
  it('lists its faults', async () => {
    const program = run(['cyton', '--list-faults']);
    expect(await program.exit).toBe(0);
    expect(program.output().split('\n')).toHaveLength(12);
    expect(program.output()).toMatch(/^drop-frame:50 +one frame in VALUE is never sent/m);
  });

  it('lists its devices, and the faults of all of them', async () => {
    const [devices, faults] = [run(['--list']), run(['--list-faults'])];
    expect([await devices.exit, await faults.exit]).toEqual([0, 0]);
    for (const { name, variants } of EMULATORS) {
      const shown = variants.length === 0 ? name : `${name} [${variants.join('|')}]`;
      expect(devices.output()).toContain(shown);
      expect(faults.output()).toContain(`${name}:\n`);
    }
  });

  it('exports a device over USB/IP, pulls it out and puts it back', async () => {
    const program = run(['nonin', '--usbip', '0']);
    expect(await program.wait('ready')).toBe(true);
    const ready = program.find('ready');
    expect(ready).toMatchObject({ device: 'nonin', busId: '1-1', vendorId: 0x0403 });
    const socket = connect(Number(ready?.['usbip']), '127.0.0.1');
    // OP_REQ_DEVLIST of USB/IP 1.1.1; the answer's version and code follow.
    socket.write(Buffer.from('0111800500000000', 'hex'));
    const [answer]: Buffer[] = await once(socket, 'data');
    expect(answer?.subarray(0, 8).toString('hex')).toBe('0111000500000000');
    socket.destroy();
    program.say('unplug');
    expect(await program.wait('unplugged')).toBe(true);
    program.say('replug');
    expect(await program.wait('replugged')).toBe(true);
    program.say('quit');
    expect(await program.exit).toBe(0);
  });
});
