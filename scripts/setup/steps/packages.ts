import { SetupFailure } from '../../../native/kit/failure.ts';
import { exists, firstExisting } from '../../../native/kit/files.ts';
import { installPackages, missingPackages } from '../packages.ts';
import { APP_PACKAGES, GUEST_PACKAGES } from '../packageTable.ts';
import type { Runtime } from '../runtimeFile.ts';
import type { Step } from './step.ts';

/** System libraries and programs of the application and its tests. */
export const packagesStep: Step = {
  title: 'system packages',
  check: async () => (missingPackages(APP_PACKAGES).length === 0 ? found() : null),
  provide: async (_, progress) => {
    await installPackages(missingPackages(APP_PACKAGES), progress);
    return found();
  },
};

/** What the tests in a guest need. They skip where it cannot be had: nothing else waits for it. */
export const guestStep: Step = {
  title: 'packages of the hardware tests',
  check: async () => (missingPackages(GUEST_PACKAGES).length === 0 ? {} : null),
  provide: async (_, progress) => {
    try {
      await installPackages(missingPackages(GUEST_PACKAGES), progress);
    } catch (error) {
      if (!(error instanceof SetupFailure)) throw error;
      progress.note(`${error.message}; the hardware tests will skip. ${error.advice}`);
    }
    return {};
  },
};

function found(): Partial<Runtime> {
  return {
    chromium: { binary: chromium() },
    socat: exists('/usr/bin/socat'),
    xvfb: exists('/usr/bin/xvfb-run') && exists('/usr/bin/Xvfb'),
  };
}

function chromium(): string | null {
  if (process.platform === 'darwin') {
    return firstExisting([
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ]);
  }
  if (process.platform === 'win32') {
    return firstExisting(['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']);
  }
  return firstExisting(APP_PACKAGES.find(({ names }) => names[0] === 'chromium')?.files ?? []);
}
