import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/devices/_sdk/adapter.ts';
import { UDEV_RULES } from '../../src/devices/_transport/failure.ts';
import { ADAPTERS } from '../../src/devices/registry.ts';

const FILE = path.resolve(import.meta.dirname, '../../resources/udev', UDEV_RULES);
const RULES = readFileSync(FILE, 'utf8');
const VIDEO = 0x0e;
const HEALTHCARE = 0x0f;

const SUBSYSTEMS = { serial: 'tty', hid: 'hidraw', input: 'input' } as const;

/** The rules of one kind of device: from its test to its label. */
function section(subsystem: string): string[] {
  const [, rest = ''] = RULES.split(`SUBSYSTEM!="${subsystem}", GOTO=`);
  const [rules = ''] = rest.split('LABEL=');
  return rules.split('\n').filter((line) => line.includes('TAG+="uaccess"'));
}

function numbers({ vendorId, productId }: Fingerprint): string {
  const product = productId === undefined ? '' : `, ATTRS{idProduct}=="${productId}"`;
  return `ATTRS{idVendor}=="${vendorId ?? ''}"${product}, `;
}

/** True when the person at the seat may open what this row recognises. */
function isCovered(print: Fingerprint): boolean {
  // Pictures and sound come through the system's own devices, with the system's own rules.
  if (print.transport === 'window') return true;
  if (print.transport === 'usb') {
    // A camera is used through the system's video device; as bare USB it is only listed.
    if (print.interfaceClass === VIDEO) return true;
    return print.interfaceClass === HEALTHCARE && RULES.includes('"*:0f????:*"');
  }
  // udev does not see usage pages: the file says how to add such a device by its numbers.
  if (print.transport === 'hid' && print.vendorId === undefined)
    return RULES.includes('copy a line');
  const rules = section(SUBSYSTEMS[print.transport]);
  if (print.interfaceClass === VIDEO) return rules.some((rule) => rule.includes('uvcvideo'));
  return print.vendorId !== undefined && rules.some((rule) => rule.startsWith(numbers(print)));
}

describe(UDEV_RULES, () => {
  it.each(ADAPTERS.map(({ manifest }) => [manifest.adapterId, manifest] as const))(
    'gives access to every device that %s recognises',
    (_, manifest) => {
      const missing = manifest.fingerprints.filter((print) => !isCovered(print));
      expect(missing.map(({ seen }) => seen)).toEqual([]);
    },
  );

  it('sorts before the rules that give devices to the person at the seat', () => {
    expect(UDEV_RULES < '73-seat-late.rules').toBe(true);
    expect(RULES).toContain('ACTION=="remove", GOTO="chariot_end"');
  });

  it('opens nothing to everybody', () => {
    expect(RULES).not.toMatch(/MODE="\d*[1-7]"/);
    expect(RULES).not.toContain('GROUP="input"');
  });
});
