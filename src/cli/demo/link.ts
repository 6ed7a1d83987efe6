import path from 'node:path';
import { spawnLines } from './childLines.ts';
import { projectRoot } from './project.ts';

/** The address by which the physician's page reaches the hub in a demonstration. */
export const PHYSICIAN_SIDE_ADDRESS = '127.0.0.2';

export type Link = {
  /** @returns host monotonic time of the change, ms. */
  cut(): Promise<number>;
  restore(): Promise<number>;
  close(): Promise<void>;
};

/** The physician's network: a proxy that can be cut, on another loopback address. */
export async function openLink(tcpPort: number, udpPort: number): Promise<Link> {
  const program = path.join(projectRoot(), 'test/support/linkProxy.ts');
  const child = spawnLines(process.execPath, [
    program,
    '--listen',
    PHYSICIAN_SIDE_ADDRESS,
    '--tcp',
    String(tcpPort),
    '--udp',
    String(udpPort),
  ]);
  await child.wait('ready', 10_000);
  const change = async (state: 'down' | 'up'): Promise<number> => {
    child.send(state);
    const answer = await child.wait(state, 5_000);
    return Number(answer['atMs']);
  };
  return { cut: () => change('down'), restore: () => change('up'), close: () => child.close() };
}
