import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Cart, demoCamera, startCart, waitUntil } from '../../src/cli/demo/cart.ts';
import { type LineChild, spawnLines } from '../../src/cli/demo/childLines.ts';
import { openDisplay } from '../../src/cli/demo/display.ts';
import { type Emulator, startEmulator } from '../../src/cli/demo/emulator.ts';
import { projectRoot, readRuntime } from '../../src/cli/demo/project.ts';
import { type Delivery, DestinationSchema } from '../../src/contracts/outbox.ts';
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import { type FhirServer, startFhirServer } from '../support/fhirServer.ts';
import { hasOrthanc, type Orthanc, startOrthanc } from '../support/orthanc.ts';
import { callMain } from './callMain.ts';
import { filesHolding, openCartStore } from './cartStore.ts';
import { PICTURES, picture, pictureInBoth, putNoticesAway } from './pictures.ts';

/** Made up, with letters that show in every encoding, and in no file of the cart. */
const BIRTH_NAME = 'QUÉRÉTARO-ŒUVRÉE';
const GIVEN_NAME = 'Zoëlie';
const REPORT = 'Otite séreuse gauche, sans gêne respiratoire.';
const CANARIES = [BIRTH_NAME, GIVEN_NAME, 'séreuse gauche'];

let folder = '';
let dataDir = '';
let orthanc: Orthanc;
let fhir: FhirServer;
let links: { readonly pacs: FaultProxy; readonly fhir: FaultProxy };
let emulator: Emulator;
let oximeter: LineChild;
let cart: Cart | null = null;
let page: Page;
let display: string | null = null;
const closers: (() => unknown)[] = [];

test.skip(!hasOrthanc, 'no Orthanc on this machine: packages orthanc and orthanc-dicomweb');
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-durability-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  dataDir = path.join(folder, 'data');
  orthanc = await startOrthanc();
  closers.push(() => orthanc.dispose());
  fhir = await startFhirServer();
  closers.push(() => fhir.close());
  links = {
    pacs: await startFaultProxy({ target: orthanc.url }),
    fhir: await startFaultProxy({ target: new URL(fhir.url).origin }),
  };
  closers.push(() => links.pacs.close());
  closers.push(() => links.fhir.close());
  const screen = await openDisplay(false);
  closers.push(() => screen.close());
  display = screen.name;
  emulator = await startEmulator({
    pty: path.join(folder, 'cyton'),
    stamps: path.join(folder, 'stamps'),
    input: null,
  });
  closers.push(() => emulator.process.close());
  oximeter = await startOximeter();
  closers.push(() => oximeter.close());
  closers.push(closeCart);
  // What the cart's processes put into the system's folder for temporary files is looked through too.
  const before = process.env['TMPDIR'];
  const temporary = path.join(folder, 'tmp');
  mkdirSync(temporary);
  process.env['TMPDIR'] = temporary;
  closers.push(() => {
    if (before === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = before;
    }
  });
  await openCart();
});

test.afterAll(async () => {
  for (const close of closers.toReversed()) {
    await close();
  }
});

async function startOximeter(): Promise<LineChild> {
  const program = path.join(projectRoot(), 'test/emulators/main.ts');
  const child = spawnLines(process.execPath, [
    program,
    'nonin',
    '--pty',
    path.join(folder, 'nonin'),
  ]);
  await child.wait('ready', 20_000);
  return child;
}

async function openCart(): Promise<void> {
  cart = await startCart({
    runtime: readRuntime(projectRoot()),
    display,
    devices: [
      `openbci.cyton@${path.join(folder, 'cyton')}`,
      `nonin.format2@${path.join(folder, 'nonin')}`,
    ],
    dataDir,
    outsideAddress: null,
    camera: demoCamera(),
    size: '1600x1000',
    appArgs: [],
  });
  ({ page } = cart);
  await waitUntil(
    async () => (await callMain(page, 'storeState', {})).state === 'open',
    20_000,
    'the store',
  );
  await putNoticesAway(page);
}

async function closeCart(): Promise<void> {
  const open = cart;
  cart = null;
  await open?.close();
}

/** As a battery that dies does to the processes: nothing of them may do anything any more. */
async function killCart(): Promise<void> {
  const killed = cart;
  if (killed === null) {
    throw new Error('no cart to kill');
  }
  const gone = new Promise((resolve) => killed.app.process().once('exit', resolve));
  const children = [killed.hostPid(), killed.hub().pid, killed.hub().workerPid];
  for (const pid of [killed.pid, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
  await gone;
  await closeCart();
  expectNothingLegible();
}

/** In the cart's folder and in the system's for temporary files. */
function expectNothingLegible(): void {
  expect(filesHolding(dataDir, CANARIES)).toEqual([]);
  expect(filesHolding(path.join(folder, 'tmp'), CANARIES)).toEqual([]);
}

const bar = () => page.locator('[data-act]');
const dialog = () => page.getByRole('dialog');
const field = (label: string) => dialog().getByRole('textbox', { name: label, exact: true });

async function deliveries(): Promise<Delivery[]> {
  return await callMain(page, 'listDeliveries', {});
}

test('destinations are set up, and then the network goes', async () => {
  const pacs = {
    destinationId: 'pacs',
    kind: 'dicomweb',
    name: 'PACS',
    url: `${links.pacs.url}/dicom-web`,
  };
  const server = {
    destinationId: 'dossier',
    kind: 'fhir',
    name: 'Dossier',
    url: `${links.fhir.url}/fhir`,
  };
  const { user, password } = orthanc;
  await callMain(page, 'saveDestination', {
    destination: DestinationSchema.parse(pacs),
    credentials: { kind: 'basic', user, password },
  });
  await callMain(page, 'saveDestination', { destination: DestinationSchema.parse(server) });
  const tested = await callMain(page, 'testDestination', {
    destination: DestinationSchema.parse(pacs),
  });
  expect(tested, JSON.stringify(tested.steps)).toMatchObject({ ok: true });
  await links.pacs.down();
  await links.fhir.down();
});

test('a resident is examined while nothing can leave', async () => {
  await page.getByRole('button', { name: fr.act.begin }).click();
  await field(fr.act.field.birthName).fill(BIRTH_NAME);
  await field(fr.act.field.givenName).fill(GIVEN_NAME);
  await field(fr.act.field.birthDate).fill('11/02/1934');
  await dialog().getByText(fr.act.sex.female, { exact: true }).click();
  await dialog().getByText(fr.act.consent.oral, { exact: true }).click();
  await picture('act-open-fr', page);
  await dialog().getByRole('button', { name: fr.act.start }).click();
  await expect(dialog()).toHaveCount(0);
  await expect(bar()).toContainText(BIRTH_NAME);
  await keepEcg(1);
});

/** By the button of the act's bar, once there is enough of a signal to keep. */
async function keepEcg(count: number): Promise<void> {
  await page.waitForTimeout(12_000);
  await bar().locator('[data-ecg-seconds="10"]').click();
  await expect.poll(async () => await captureKinds('ecg')).toBe(count);
}

async function captureKinds(kind: string): Promise<number> {
  const captures = await callMain(page, 'listCaptures', {});
  return captures.filter(({ content }) => content.kind === kind).length;
}

test('killed in the middle, the cart goes on with the same resident', async () => {
  await killCart();
  await openCart();
  await expect(bar()).toContainText(BIRTH_NAME);
  expect(await captureKinds('ecg')).toBe(1);
  await page.locator('[data-instrument="camera"]').click();
  await expect(page.getByText(fr.exam.phase.live, { exact: true })).toBeVisible();
  await page.locator('.exam-view video').evaluate(
    (video) =>
      new Promise((resolve) => {
        (video as HTMLVideoElement).requestVideoFrameCallback(resolve);
      }),
  );
  await page.getByRole('button', { name: fr.examCamera.take }).click();
  await expect.poll(async () => await captureKinds('still'), { timeout: 20_000 }).toBe(1);
  await page.getByRole('button', { name: fr.exam.close, exact: true }).click();
  await keepEcg(2);
  await pictureInBoth('cart-act', page);
});

test('the act is closed on the cart alone, and killed again at once', async () => {
  await bar().getByRole('button', { name: fr.act.finish }).click();
  await field(fr.act.report).fill(REPORT);
  await picture('act-close-fr', page);
  await dialog().getByRole('button', { name: fr.act.finish }).click();
  await expect(dialog().getByText(fr.act.closed)).toBeVisible({ timeout: 30_000 });
  await killCart();
  await openCart();
  const waiting = (await deliveries()).filter(
    ({ destinationId }) => destinationId !== 'embedded-hub',
  );
  expect(waiting.map(({ kind }) => kind).toSorted()).toEqual([
    'dicomEcg',
    'dicomEcg',
    'dicomImage',
    'dicomPdf',
    'fhirBundle',
    'report',
  ]);
  expect(waiting.filter(({ state }) => state === 'done')).toEqual([]);
  expect(await orthanc.instances()).toEqual([]);
  expect(fhir.resources()).toEqual([]);
  if (PICTURES !== null) {
    await picturesOfWhatWaits();
  }
});

async function picturesOfWhatWaits(): Promise<void> {
  const header = page.locator('.page-header');
  const desk = (name: keyof typeof fr.technician.desk) =>
    page.locator('main.technician > .segmented label', { hasText: fr.technician.desk[name] });
  await page.locator('[data-outbox]').first().click();
  await picture('outbox-fr', page);
  await page.keyboard.press('Escape');
  await header.locator('label', { hasText: fr.place.technician }).click();
  for (const name of ['outbox', 'destinations', 'site'] as const) {
    await desk(name).click();
    await pictureInBoth(`technician-${name}`, page);
  }
  await header.locator('label', { hasText: fr.place.nurse }).click();
}

test('with the network back everything is there, once each, with the same bytes', async () => {
  await links.pacs.up();
  await links.fhir.up();
  await waitUntil(
    async () =>
      (await deliveries()).every(({ state, ack }) => state === 'done' && ack === 'confirmed'),
    90_000,
    'everything confirmed',
  );
  const instances = await orthanc.instances();
  const files = await Promise.all(instances.map(fileInOrthanc));
  const held = files.map((bytes) => digest('sha256', bytes, 'hex'));
  expect(held.toSorted()).toEqual(await sentHashes(['dicomEcg', 'dicomImage', 'dicomPdf']));
  expect(held).toHaveLength(4);
  expect(fhir.duplicates()).toEqual([]);
  expect(fhir.resources('Patient')).toHaveLength(1);
  expect(fhir.resources('Encounter')).toHaveLength(1);
  expect(fhir.resources('DiagnosticReport')).toHaveLength(1);
  // Each document that the bundle names lies in the archive, byte for byte.
  const named = JSON.stringify(fhir.resources('DocumentReference')).matchAll(/"hash":"([^"]+)"/g);
  const hashes = [...named].map(([, hash]) => hash);
  expect(hashes).toHaveLength(3);
  expect(files.map((bytes) => digest('sha1', bytes, 'base64'))).toEqual(
    expect.arrayContaining(hashes),
  );
  const values = fhir.resources('Observation').length;
  expect(values).toBeGreaterThan(0);
  await expect(page.locator('[data-outbox="clear"]')).toBeVisible();
});

async function fileInOrthanc(instance: string): Promise<Buffer> {
  const file = await orthanc.ask(`/instances/${instance}/file`);
  return Buffer.from(await file.arrayBuffer());
}

function digest(algorithm: string, bytes: Buffer, form: 'hex' | 'base64'): string {
  return createHash(algorithm).update(bytes).digest(form);
}

/** What the outbox says that it sent. */
async function sentHashes(kinds: readonly string[]): Promise<string[]> {
  const store = await openCartStore(dataDir);
  const rows = store.db
    .prepare<[], { kind: string; sha256: string }>('SELECT kind, sha256 FROM outbox_objects')
    .all();
  store.close();
  return rows
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ sha256 }) => sha256)
    .toSorted();
}

test('nothing of the resident is legible in any file of the cart', async () => {
  await closeCart();
  expectNothingLegible();
  // The search finds what is there to find.
  expect(filesHolding(orthanc.folder, [BIRTH_NAME]).length).toBeGreaterThan(0);
});
