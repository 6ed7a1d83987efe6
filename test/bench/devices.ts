import { onDisplay } from './chain.ts';
import { benchHotplug } from './hotplug.ts';
import { benchIngest } from './ingest/ingest.ts';
import { benchParsers } from './parsers.ts';
import { benchBursts, benchPorts } from './ports/ports.ts';
import type { Row } from './rows.ts';

export type DevicesOptions = {
  /** Length of the four-port run; the goal is stated for ten. */
  readonly minutes: number;
  readonly rounds: number;
  readonly cycles: number;
  readonly only: string | null;
  readonly say: (words: string) => void;
};

/** The device layer: parsers, ports, hot-plug. */
export async function benchDevices(options: DevicesOptions): Promise<Row[]> {
  const { rounds, minutes, cycles } = options;
  const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
    parsers: () => benchParsers({ rounds }),
    ingest: () => benchIngest({ rounds, seconds: 10 }),
    bursts: () => benchBursts(),
    hotplug: () => onDisplay((display) => benchHotplug({ cycles, display })),
    ports: () => benchPorts({ minutes }),
  };
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (options.only === null || options.only === name) {
      options.say(`bench devices: ${name}…`);
      rows.push(...(await part()));
    }
  }
  return rows;
}
