import type { ChannelSettings, TestSignal } from './frontEnd.ts';

const TEST_FREQUENCY = { slow: 0, fast: 1, dc: 3 } as const;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

function bitsOf(channels: readonly ChannelSettings[], key: 'bias' | 'leadOffP' | 'leadOffN') {
  return channels.reduce((bits, channel, i) => bits | (channel[key] ? 1 << i : 0), 0);
}

function adsRegisters(channels: readonly ChannelSettings[], test: TestSignal) {
  const config2 = 0xd0 | (test.amplitude === 2 ? 4 : 0) | TEST_FREQUENCY[test.kind];
  const perChannel = channels.map((channel, i): [string, number] => [
    `CH${i + 1}SET`,
    (channel.powerDown ? 0x80 : 0) |
      (channel.gainCode << 4) |
      (channel.srb2 ? 8 : 0) |
      channel.input,
  ]);
  const bias = bitsOf(channels, 'bias');
  const registers: [string, number][] = [
    ['ADS_ID', 0x3e],
    ['CONFIG1', 0x96],
    ['CONFIG2', config2],
    ['CONFIG3', 0xec],
    ['LOFF', 0x02],
    ...perChannel,
    ['BIAS_SENSP', bias],
    ['BIAS_SENSN', bias],
    ['LOFF_SENSP', bitsOf(channels, 'leadOffP')],
    ['LOFF_SENSN', bitsOf(channels, 'leadOffN')],
    ['LOFF_FLIP', 0],
    ['LOFF_STATP', 0],
    ['LOFF_STATN', 0],
    ['GPIO', 0x0f],
    ['MISC1', channels.some((channel) => channel.srb1) ? 0x20 : 0],
    ['MISC2', 0],
    ['CONFIG4', 0],
  ];
  return registers;
}

function accelRegisters(): string[] {
  const known: Readonly<Record<number, number>> = { 15: 0x33, 32: 0x08, 35: 0x18, 47: 0x20 };
  const blocks: readonly (readonly [number, number])[] = [
    [0x07, 0x0f],
    [0x1f, 0x33],
    [0x38, 0x3d],
  ];
  return blocks.flatMap(([from, to]) => {
    const addresses = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return [...addresses.map((at) => `0x${hex(at)} ${hex(known[at] ?? 0)}`), ''];
  });
}

/** The answer to `?`: name, address, value and bits of each ADS1299 register, then the LIS3DH. */
export function registerReport(channels: readonly ChannelSettings[], test: TestSignal): string {
  const ads = adsRegisters(channels, test).map(([name, value], address) => {
    const bits = value.toString(2).padStart(8, '0').split('').join(', ');
    return `${name}, ${hex(address)}, ${hex(value)}, ${bits}`;
  });
  const lines = ['', 'Board ADS Registers', ...ads, '', 'LIS3DH Registers', ...accelRegisters()];
  return `${lines.join('\n')}$$$`;
}
