import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { projectRoot } from '../../src/cli/demo/project.ts';
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };

/** Pictures for the documentation are taken on demand: a test run leaves the tree as it is. */
export const PICTURES =
  process.env['CHARIOT_SCREENSHOTS'] === '1' ? path.join(projectRoot(), 'docs/screenshots') : null;

export async function picture(name: string, page: Page): Promise<void> {
  if (PICTURES !== null) {
    mkdirSync(PICTURES, { recursive: true });
    // Canvases follow a language within a tenth of a second.
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }
}

/** Leaves the page in French. */
export async function pictureInBoth(name: string, page: Page): Promise<void> {
  if (PICTURES !== null) {
    for (const language of ['en', 'fr'] as const) {
      await page.locator(`[data-language="${language}"]`).click({ force: true });
      await picture(`${name}-${language}`, page);
    }
  }
}

/** What a nurse has read once: that the machine of the tests has no key store. */
export async function putNoticesAway(page: Page): Promise<void> {
  const notice = page.getByRole('button', { name: fr.store.obfuscated.putAway });
  if (await notice.isVisible()) {
    await notice.click();
  }
}
