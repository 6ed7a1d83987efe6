import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Cart, demoCamera, startCart } from './cart.ts';
import { hubAccess } from './cartCalls.ts';
import { type Display, openDisplay } from './display.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type Link, openLink, PHYSICIAN_SIDE_ADDRESS } from './link.ts';
import { certificateKeyHash, openPhysician, type Physician } from './physician.ts';
import { projectRoot, type Runtime, readRuntime } from './project.ts';

/** The whole chain with real parts: emulator on a pty, Electron, hub and SFU, a cuttable link, Chromium. */
export type Stage = {
  readonly runtime: Runtime;
  readonly display: Display;
  readonly emulator: Emulator;
  readonly cart: Cart;
  readonly link: Link;
  readonly physician: Physician;
  readonly physicianUrl: string;
  readonly folder: string;
  readonly stampsFile: string;
  readonly dataDir: string;
  close(): Promise<void>;
};

export type CartStage = Omit<Stage, 'link' | 'physician' | 'physicianUrl'>;

export type StageOptions = {
  readonly headless: boolean;
  /** WFDB record for the emulator; null: the model. */
  readonly input: string | null;
  readonly say: (words: string) => void;
  /** More switches of the application. */
  readonly appArgs?: readonly string[];
};

type Closer = () => unknown;

/** Runs the steps; when one fails, what was opened before is closed in reverse order. */
async function building<T>(
  build: (onClose: (closer: Closer) => void, close: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) {
      await closer();
    }
  };
  try {
    return await build((closer) => closers.push(closer), close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The cart and its device alone. */
export function openCartStage(options: StageOptions): Promise<CartStage> {
  return building(async (onClose, close) => {
    const runtime = readRuntime(projectRoot());
    const folder = mkdtempSync(path.join(tmpdir(), 'chariot-demo-'));
    onClose(() => rmSync(folder, { recursive: true, force: true }));
    const display = await openDisplay(options.headless);
    onClose(() => display.close());
    const stampsFile = path.join(folder, 'stamps');
    const pty = path.join(folder, 'cyton');
    const emulator = await startEmulator({ pty, stamps: stampsFile, input: options.input });
    onClose(() => emulator.process.close());
    options.say(`Appareil émulé / emulated device: ${pty} (${emulator.signal})`);
    const dataDir = path.join(folder, 'data');
    const cart = await startCart({
      runtime,
      display: display.name,
      devices: [`openbci.cyton@${pty}`],
      dataDir,
      outsideAddress: PHYSICIAN_SIDE_ADDRESS,
      camera: demoCamera(),
      size: '1600x1000',
      appArgs: options.appArgs ?? [],
    });
    onClose(() => cart.close());
    options.say(`Chariot: Electron ${runtime.electron.version} (${runtime.electron.source})`);
    return { runtime, display, emulator, cart, folder, stampsFile, dataDir, close };
  });
}

/** The whole chain; the physician comes over a link that can be cut. */
export function openStage(options: StageOptions): Promise<Stage> {
  return building(async (onClose, close) => {
    const base = await openCartStage(options);
    onClose(() => base.close());
    const executable = base.runtime.chromium.binary;
    if (executable === null) {
      throw new Error('Chromium introuvable / Chromium not found: npm run setup');
    }
    const { port, outsidePort } = base.cart.hub();
    const link = await openLink(port, outsidePort);
    onClose(() => link.close());
    const { physicianUrl } = await hubAccess(base.cart.page);
    options.say(`Page du médecin / physician's page: ${physicianUrl}`);
    const physician = await openPhysician({
      executable,
      url: physicianUrl,
      keyHash: await certificateKeyHash('127.0.0.1', port),
      headless: options.headless || base.display.virtual,
      display: base.display.name,
      size: { width: 1440, height: 900 },
    });
    onClose(() => physician.close());
    return { ...base, link, physician, physicianUrl, close };
  });
}
