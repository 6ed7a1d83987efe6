import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type Cart, demoCamera, startCart, waitUntil } from '../../src/cli/demo/cart.ts';
import { hubAccess, listDevices } from '../../src/cli/demo/cartCalls.ts';
import { type LineChild, spawnLines } from '../../src/cli/demo/childLines.ts';
import { certificateKeyHash, openPhysician, type Physician } from '../../src/cli/demo/physician.ts';
import { projectRoot, readRuntime } from '../../src/cli/demo/project.ts';
import en from '../../src/renderer/i18n/en.json' with { type: 'json' };
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };
import { PICTURES, picture, putNoticesAway } from './pictures.ts';

const CYTON = 'OpenBCI Cyton 8 channels';
const NAME = 'Oxymètre chambre 12';
const TOUCH_PX = 48;
/** A sweep of the small plots, for the pictures. */
const SETTLE_MS = PICTURES === null ? 0 : 11_000;

let folder: string;
let cyton: LineChild;
let nonin: LineChild;
let tensiometer: LineChild;
let cart: Cart;
let physician: Physician;

async function emulate(name: string): Promise<LineChild> {
  const program = path.join(projectRoot(), 'test/emulators/main.ts');
  const child = spawnLines(process.execPath, [program, name, '--pty', path.join(folder, name)]);
  await child.wait('ready', 20_000);
  return child;
}

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-technician-'));
  cyton = await emulate('cyton');
  nonin = await emulate('nonin');
  tensiometer = await emulate('bm58');
  const runtime = readRuntime(projectRoot());
  cart = await startCart({
    runtime,
    display: process.env['DISPLAY'] ?? null,
    devices: [
      `openbci.cyton@${path.join(folder, 'cyton')}`,
      `nonin.format2@${path.join(folder, 'nonin')}`,
      `beurer.bm58@${path.join(folder, 'bm58')}`,
    ],
    dataDir: path.join(folder, 'data'),
    outsideAddress: null,
    camera: demoCamera(),
    size: '1600x1000',
    appArgs: [],
  });
  await waitUntil(
    async () => {
      const states = (await listDevices(cart.page)).map(({ state }) => state);
      return states.filter((state) => state === 'streaming').length === 2;
    },
    60_000,
    'both streams',
  );
  await putNoticesAway(cart.page);
  physician = await openPhysician({
    executable: runtime.chromium.binary ?? 'chromium',
    url: (await hubAccess(cart.page)).physicianUrl,
    keyHash: await certificateKeyHash('127.0.0.1', cart.hub().port),
    headless: true,
    display: process.env['DISPLAY'] ?? null,
    size: { width: 1440, height: 900 },
  });
});

test.afterAll(async () => {
  await physician?.close();
  await cart?.close();
  await Promise.all([cyton, nonin, tensiometer].map((child) => child?.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(place: 'nurse' | 'technician'): Promise<void> {
  await cart.page.locator('.page-header label', { hasText: fr.place[place] }).click();
}

function choice(words: string): Locator {
  return cart.page.locator('.device-choice', { hasText: words });
}

function vitalAt(page: Page): Locator {
  return page.locator('.vital', { hasText: fr.vital.spo2 });
}

function detail(): Locator {
  return cart.page.locator('.technician-detail');
}

async function openTab(tab: keyof typeof fr.technician.tab): Promise<void> {
  await detail().locator('.segmented label', { hasText: fr.technician.tab[tab] }).click();
}

async function inLanguage(language: 'fr' | 'en'): Promise<void> {
  await cart.page.locator(`[data-language="${language}"]`).click();
  await expect(cart.page.locator('html')).toHaveAttribute('lang', language);
}

test('the nurse sees the vitals large, with unit, source and age', async () => {
  const tile = vitalAt(cart.page);
  await expect(tile).toHaveClass(/live/);
  await expect(tile.locator('.vital-value strong')).toHaveText(/^\d{2,3}$/);
  await expect(tile).toContainText('%');
  await expect(tile).toContainText('Nonin');
  await expect(tile).toContainText(fr.vitals.now);
});

test('the physician sees the same value, as live', async () => {
  await expect(vitalAt(physician.page)).toHaveClass(/live/, { timeout: 30_000 });
  await expect(vitalAt(physician.page).locator('.vital-value strong')).toHaveText(/^\d{2,3}$/);
});

test('the technician sees every device with its state, and reaches it by keyboard', async () => {
  await cart.page.locator('input[type=radio]').first().focus();
  await cart.page.keyboard.press('ArrowRight');
  await expect(cart.page.locator('main.technician')).toBeVisible();
  await expect(choice('Cyton')).toContainText(fr.device.state.streaming);
  await expect(choice('Nonin')).toContainText(fr.device.state.streaming);
  await expect(cart.page.getByText(fr.sightings.title)).toBeVisible();
  await choice('Nonin').click();
  await openTab('identity');
  await expect(detail()).toContainText('nonin.format2 1.');
  await expect(detail()).toContainText(path.join(folder, 'nonin'));
  await expect(detail()).toContainText(fr.caveat.relativeScale);
});

test('a name given to a device is shown to technician and nurse', async () => {
  await open('technician');
  await choice('Nonin').click();
  await detail().locator('#device-name').fill(NAME);
  await detail().getByText(fr.technician.keepName, { exact: true }).click();
  await expect(choice(NAME)).toContainText('Nonin');
  await open('nurse');
  await expect(cart.page.locator('.device', { hasText: NAME })).toBeVisible();
  await expect(cart.page.locator('.vital', { hasText: NAME }).first()).toBeVisible();
  await open('technician');
});

test('what the device keeps is read as a table with its dates', async () => {
  await open('technician');
  await choice('Beurer').click();
  await detail().locator('[data-action="download"]').click();
  await openTab('readings');
  const rows = detail().locator('tbody tr');
  await expect(rows.filter({ hasText: fr.measurement.systolicPressure }).first()).toBeVisible({
    timeout: 30_000,
  });
  await expect(rows.first()).toContainText(/20\d\d/);
});

test('the trace is off until it is asked for, shows decoded frames and forgets', async () => {
  await open('technician');
  await choice('Cyton').click();
  await openTab('trace');
  await expect(detail().locator('.trace-row')).toHaveCount(0);
  await detail().getByText(fr.trace.turnOn).click();
  const rows = detail().locator('.trace-row.in');
  await expect(rows.first()).toContainText(/a0/);
  await expect
    .poll(async () => (await rows.last().locator('span').last().textContent())?.length ?? 0)
    .toBeGreaterThan(0);
  await detail().getByRole('searchbox').fill('zz no such words');
  await expect(detail().locator('.trace-row')).toHaveCount(0);
  await detail().getByRole('searchbox').fill('');
  await rows.last().click();
  await expect(detail().locator('.trace-chosen code')).toContainText(
    /^[0-9a-f]{2}( [0-9a-f]{2})+$/,
  );
  await picture('technician-trace-fr', cart.page);
  await detail().getByText(fr.trace.turnOff).click();
  await expect(detail().locator('.trace-row')).toHaveCount(0);
  await expect(detail()).toContainText(fr.trace.off.slice(0, 40));
});

test('an unplugged device is lost on screen and its values with it; replugged it resumes', async () => {
  await open('technician');
  await choice('Nonin').click();
  await openTab('live');
  await expect(detail().locator('tbody tr.good').first()).toBeVisible();
  nonin.send('unplug');
  await expect(choice('Nonin')).toContainText(fr.device.state.lost);
  await expect(choice('Cyton')).toContainText(fr.device.state.streaming);
  await expect(detail().locator('tbody tr.old s').first()).toBeVisible();
  await open('nurse');
  const tile = vitalAt(cart.page);
  await expect(tile).toHaveClass(/gone/);
  await expect(tile.locator('.vital-value strong')).toHaveCount(0);
  await expect(vitalAt(physician.page)).toHaveClass(/gone/);
  await cart.page.waitForTimeout(SETTLE_MS / 2);
  await picture('cart-lost-fr', cart.page);
  nonin.send('replug');
  await expect(tile).toHaveClass(/live/, { timeout: 30_000 });
  await open('technician');
  await expect(choice('Nonin')).toContainText(fr.device.state.streaming);
});

test('a device is let go of and taken again on demand', async () => {
  await open('technician');
  await choice('Cyton').click();
  const before = (await listDevices(cart.page)).find(({ kind }) => kind === 'ecg');
  await detail().locator('[data-action="reconnect"]').click();
  await expect
    .poll(async () => {
      const now = (await listDevices(cart.page)).find(({ kind }) => kind === 'ecg');
      return now?.state === 'streaming' && now.counts.reconnects > (before?.counts.reconnects ?? 0);
    })
    .toBe(true);
  await expect(choice(CYTON)).toContainText(fr.device.state.streaming);
});

test('the test signal is told wherever the signal is', async () => {
  await open('technician');
  await choice('Cyton').click();
  await detail().locator('[data-action="testSignalOn"]').click();
  await expect(choice('Cyton')).toContainText(fr.quality.testSignal);
  await detail().locator('[data-action="testSignalOff"]').click();
  await expect(choice('Cyton')).not.toContainText(fr.quality.testSignal);
});

test('the impedance of every electrode is a table', async () => {
  await open('technician');
  await choice('Cyton').click();
  await detail().locator('[data-action="impedance"]').click();
  await openTab('readings');
  const rows = detail().locator('tbody tr');
  await expect(rows.filter({ hasText: 'V6' })).toBeVisible({ timeout: 60_000 });
  await expect(rows.first()).toContainText('kΩ');
  await expect(choice('Cyton')).toContainText(fr.device.state.streaming, { timeout: 20_000 });
});

test('a host that was killed comes back, and with it the live values', async () => {
  await open('technician');
  await choice('Nonin').click();
  await openTab('live');
  const former = cart.hostPid();
  process.kill(former, 'SIGKILL');
  await expect.poll(() => cart.hostPid() !== former, { timeout: 20_000 }).toBe(true);
  await expect(choice('Nonin')).toContainText(fr.device.state.streaming, { timeout: 20_000 });
  await expect(detail().locator('tbody tr.good').first()).toBeVisible();
});

test('whatever is touched is at least 48 px in size', async () => {
  await open('technician');
  for (const tab of ['live', 'identity', 'readings', 'trace'] as const) {
    await openTab(tab);
    const small = await cart.page.evaluate((least) => {
      const touched = document.querySelectorAll(
        'button:not(.trace-row), input:not([type=radio]), .segmented label',
      );
      return [...touched]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < least || box.height < least)
        .map(({ text, box }) => `${text}: ${box.width}x${box.height}`);
    }, TOUCH_PX);
    expect(small, tab).toEqual([]);
  }
});

test('both languages, as pictures', async () => {
  await open('technician');
  await choice('Nonin').click();
  await openTab('live');
  await cart.page.waitForTimeout(SETTLE_MS);
  await picture('technician-fr', cart.page);
  await inLanguage('en');
  await expect(detail()).toContainText(en.technician.liveValues);
  await picture('technician-en', cart.page);
  await inLanguage('fr');
  await open('nurse');
  await cart.page.waitForTimeout(SETTLE_MS);
  await picture('cart-vitals-fr', cart.page);
  await picture('physician-vitals-fr', physician.page);
  await inLanguage('en');
  await picture('cart-vitals-en', cart.page);
  await physician.page.locator('[data-language="en"]').click();
  await expect(physician.page.locator('.vital').first()).toContainText(en.vitals.now);
  await picture('physician-vitals-en', physician.page);
  await inLanguage('fr');
});
