import { expect, type Page, test } from '@playwright/test';
import { waitUntil } from '../../src/cli/demo/cart.ts';
import { physicianFigures } from '../../src/cli/demo/pageLogs.ts';
import { openStage, type Stage } from '../../src/cli/demo/stage.ts';
import en from '../../src/renderer/i18n/en.json' with { type: 'json' };
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };

let stage: Stage;

const TOUCH_PX = 48;

test.beforeAll(async () => {
  stage = await openStage({ headless: false, input: null, say: () => undefined });
  await waitUntil(
    async () => {
      const figures = await physicianFigures(stage.physician.page);
      return (figures?.video?.framesDecoded ?? 0) > 0 && (figures?.link.samplesReceived ?? 0) > 250;
    },
    60_000,
    'consultation',
  );
});

test.afterAll(async () => {
  await stage.close();
});

function pages(): ReadonlyArray<readonly [string, Page]> {
  return [
    ['cart', stage.cart.page],
    ['physician', stage.physician.page],
  ];
}

test('both sides speak French first and English by one switch', async () => {
  for (const [name, page] of pages()) {
    await expect(page.locator('html'), name).toHaveAttribute('lang', 'fr');
    await expect(page.getByText(fr.app.notice).first()).toBeVisible();
    await page.locator('[data-language="en"]').click();
    await expect(page.locator('html'), name).toHaveAttribute('lang', 'en');
    await expect(page.getByText(en.app.notice).first()).toBeVisible();
    await page.locator('[data-language="fr"]').click();
    await expect(page.locator('html'), name).toHaveAttribute('lang', 'fr');
  }
});

test('the ECG is really drawn: its dark trace changes from one second to the next', async () => {
  for (const [name, page] of pages()) {
    const first = await darkPixels(page);
    await page.waitForTimeout(1_000);
    const second = await darkPixels(page);
    expect(first.dark, name).toBeGreaterThan(500);
    expect(second.hash, name).not.toBe(first.hash);
  }
});

/** Counts what is darker than the paper's grid on the ECG canvas, and sums where it is. */
async function darkPixels(page: Page): Promise<{ dark: number; hash: number }> {
  return await page
    .locator('canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const context = canvas.getContext('2d');
      const { data, width } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: new Uint8ClampedArray(),
        width: 1,
      };
      let dark = 0;
      let hash = 0;
      for (let at = 0; at < data.length; at += 4) {
        if ((data[at] ?? 255) < 110 && (data[at + 1] ?? 255) < 110) {
          dark++;
          hash = (hash * 31 + ((at / 4) % width)) % 1_000_003;
        }
      }
      return { dark, hash };
    });
}

test('whatever is touched is at least 48 px in size', async () => {
  for (const [name, page] of pages()) {
    const small = await page.evaluate((least) => {
      const touched = document.querySelectorAll('button, summary, .segmented label');
      return [...touched]
        .filter((element) => element.checkVisibility())
        .map((element) => ({
          text: element.textContent,
          box: element.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width < least || box.height < least)
        .map(({ text, box }) => `${text}: ${box.width}x${box.height}`);
    }, TOUCH_PX);
    expect(small, name).toEqual([]);
  }
});

test('a keyboard reaches every control, and shows where it is', async () => {
  for (const [name, page] of pages()) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const reached = new Set<string>();
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('Tab');
      reached.add(
        await page.evaluate(() => {
          const element = document.activeElement;
          const label = element?.closest('label') ?? element;
          const outlined =
            label !== null && getComputedStyle(label).outlineStyle !== 'none'
              ? ''
              : ' without a visible focus';
          return `${element?.tagName}${outlined}`;
        }),
      );
    }
    expect([...reached].filter((words) => words.includes('BUTTON')).length, name).toBeGreaterThan(
      0,
    );
    expect(
      [...reached].filter((words) => !words.startsWith('BODY') && words.includes('without')),
      name,
    ).toEqual([]);
  }
});

test('the nurse reads what the physician really receives, the physician that nothing is missing', async () => {
  await expect(stage.cart.page.getByText('640 × 480').first()).toBeVisible();
  await expect(stage.physician.page.getByText(fr.link.complete).first()).toBeVisible();
  const figures = await physicianFigures(stage.physician.page);
  expect(figures?.link.samplesMissing).toBe(0);
});

test('a forged link is refused in words', async () => {
  const context = await stage.physician.browser.newContext();
  try {
    const page = await context.newPage();
    const forged = stage.physicianUrl.replace(/#token=.*/, '#token=forged.token');
    await page.goto(forged);
    await expect(page.getByText(fr.fault.TOKEN_INVALID).first()).toBeVisible();
  } finally {
    await context.close();
  }
});
