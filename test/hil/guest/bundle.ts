import path from 'node:path';
import { build } from 'vite';
import { BUNDLE_FOLDER } from './config.ts';

/** What runs in the guest. */
const ENTRIES = {
  agent: 'test/hil/guest/agent.ts',
  checks: 'test/hil/guest/checks.ts',
  chariot: 'src/cli/main.ts',
} as const;

/**
 * Turns the guest's programs into plain JavaScript before it starts: each file that a processor in
 * software does not have to translate and open saves it tens of milliseconds. Packages stay where
 * they are.
 */
export async function bundleGuest(root: string): Promise<void> {
  const input = Object.fromEntries(
    Object.entries(ENTRIES).map(([name, file]) => [name, path.join(root, file)]),
  );
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      outDir: path.join(root, BUNDLE_FOLDER),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input,
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  });
}
