import { spawn } from 'node:child_process';

export type Display = {
  /** Value for DISPLAY, null where the system needs none. */
  readonly name: string | null;
  /** True when nobody can see it. */
  readonly virtual: boolean;
  close(): Promise<void>;
};

const START_TIMEOUT_MS = 10_000;

/** The screen there is, or an Xvfb of our own where there is none (Linux). */
export async function openDisplay(wantVirtual: boolean): Promise<Display> {
  const present = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  if (process.platform !== 'linux' || (present !== undefined && present !== '' && !wantVirtual)) {
    return { name: null, virtual: false, close: () => Promise.resolve() };
  }
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp', '-dpi', '96'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => {
    server.on('exit', () => resolve());
    server.on('error', () => resolve());
  });
  const number = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb gave no display')), START_TIMEOUT_MS);
    server.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`Xvfb: ${error.message}`));
    });
    server.stdio[3]?.once('data', (bytes: Buffer) => {
      clearTimeout(timer);
      resolve(bytes.toString().trim());
    });
  });
  return {
    name: `:${number}`,
    virtual: true,
    close: async () => {
      server.kill();
      await ended;
    },
  };
}
