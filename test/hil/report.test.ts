import { describe, expect, it } from 'vitest';
import { type ControlRequest, connectControl, serveControl } from './control.ts';
import { findPrograms } from './guest/prerequisites.ts';
import { createReport, LAST_CHECK } from './report.ts';

const passed = (name: string) => ({ name, passed: true, detail: '' });

describe('report of the guest', () => {
  it('is good only when the guest reached its last check and nothing failed', () => {
    const lines: string[] = [];
    const broken = createReport((line) => lines.push(line));
    broken.result(passed('one'));
    expect(broken.end()).toBe(false);
    expect(lines.join('\n')).toContain('FAIL  the guest ended before its last check');
    const whole = createReport(() => undefined);
    whole.result(passed(LAST_CHECK));
    expect(whole.end()).toBe(true);
    whole.result({ name: 'two', passed: false, detail: 'why' });
    expect(whole.end()).toBe(false);
  });

  it('prints each result with its word and what was seen', () => {
    const lines: string[] = [];
    createReport((line) => lines.push(line)).result({ name: 'two', passed: false, detail: 'why' });
    expect(lines[0]).toMatch(/^ +\d+\.\d s {2}FAIL {2}two: why$/);
  });
});

describe('control line between guest and host', () => {
  it('obeys in order and answers each request', async () => {
    const seen: ControlRequest[] = [];
    const ending = new AbortController();
    const handle = (request: ControlRequest): boolean => {
      seen.push(request);
      return request.op !== 'press';
    };
    const { port } = await serveControl(handle, ending.signal);
    const control = await connectControl('127.0.0.1', port);
    const answers = await Promise.all([
      control.ask({ op: 'unplug', busId: '1-1' }),
      control.ask({ op: 'press', busId: '1-4' }),
    ]);
    expect(answers).toEqual([true, false]);
    expect(seen.map(({ op }) => op)).toEqual(['unplug', 'press']);
    control.close();
    ending.abort();
  });
});

describe('programs of the host', () => {
  it('names the packages of all that are missing', () => {
    const found = findPrograms((files) => (files[0]?.includes('qemu') ? null : (files[0] ?? null)));
    const elsewhere = process.platform !== 'linux' || process.arch !== 'x64';
    const reason = elsewhere ? /needs Linux on x64/ : /^missing Debian packages: qemu-system-x86$/;
    expect(found).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});
