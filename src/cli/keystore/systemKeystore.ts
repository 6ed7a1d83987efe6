import path from 'node:path';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { openDisplay } from '../demo/display.ts';
import { projectRoot } from '../demo/project.ts';
import { defaultDataFolder } from '../store/dataFolder.ts';
import { findApplication } from './application.ts';
import { type KeyAgent, startKeyAgent } from './keyAgent.ts';

const SECOND = 1000;
/** A cold start of Electron on a slow disk. */
const PATIENCE_MS = 30 * SECOND;

/**
 * The key store of this system, asked through Chariot itself, without a window. Fails with
 * KEYSTORE_UNAVAILABLE: `reason` is application (not found), display (Linux without a screen and
 * without Xvfb), windows, silent or ended.
 */
export async function openSystemKeystore(dataFolder: string): Promise<Result<KeyAgent>> {
  // Electron is a program of windows there: it has neither an input nor an output.
  if (process.platform === 'win32') {
    return failed('KEYSTORE_UNAVAILABLE', { reason: 'windows' });
  }
  const application = findApplication(projectRoot());
  if (application === null) {
    return failed('KEYSTORE_UNAVAILABLE', { reason: 'application' });
  }
  const display = await openDisplay(false).catch(() => null);
  if (display === null) {
    return failed('KEYSTORE_UNAVAILABLE', { reason: 'display' });
  }
  const agent = await startKeyAgent({
    program: application.program,
    words: [
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...application.words,
      '--chariot-key-agent',
      ...profileWords(dataFolder),
    ],
    env: display.name === null ? process.env : { ...process.env, DISPLAY: display.name },
    patienceMs: PATIENCE_MS,
  });
  if (!agent.ok) {
    await display.close();
    return agent;
  }
  const { keystore, close } = agent.value;
  return ok({
    keystore,
    close: async () => {
      await close();
      await display.close();
    },
  });
}

/** The agent must use the profile that the application used: parts of a key store may be in it. */
function profileWords(dataFolder: string): string[] {
  return path.resolve(dataFolder) === defaultDataFolder() ? [] : [`--chariot-data=${dataFolder}`];
}
