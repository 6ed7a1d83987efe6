import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** A whole sweep at 25 mm/s across half of a screen. */
const SETTLE_MS = 7000;

async function switchLanguage(page: Page, language: 'fr' | 'en'): Promise<void> {
  await page.locator(`[data-language="${language}"]`).click();
  await page.waitForTimeout(SETTLE_MS);
}

/** Both windows, in French and in English. @returns the files; none when no folder was asked for. */
export async function takeScreenshots(stage: Stage, folder: string | null): Promise<string[]> {
  if (folder === null) {
    return [];
  }
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const pages = [
    ['cart', stage.cart.page],
    ['physician', stage.physician.page],
  ] as const;
  for (const language of ['en', 'fr'] as const) {
    for (const [name, page] of pages) {
      await switchLanguage(page, language);
      const file = path.join(folder, `${name}-${language}.png`);
      await page.screenshot({ path: file });
      files.push(file);
    }
  }
  return files.toSorted();
}
