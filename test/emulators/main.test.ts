import { spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeWithOracle } from './cyton/oracle.ts';
import { hasSocat, isAlive, openTerminal, until } from './host/ptyTesting.ts';
import { readStamps } from './stamps.ts';

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
      [['spirometer', '--pty', link], 64, /"spirometer" is not "cyton"/],
      [['cyton'], 64, /--pty LINK is needed/],
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
});
