// Objects of each kind for a test: as real as the exporters make them, of the size that is asked for.
import { createCipheriv, randomUUID } from 'node:crypto';
import { act, PATIENT } from '../../src/main/acts/builders.ts';
import { exportReportBundle } from '../../src/main/exporter/fhir/reportBundle.ts';
import { contextOf, exported, pictureOf, pictureSource, SITE } from '../integration/dicomRig.ts';
import { payloadOf } from './payloads.ts';
import type { TestObject } from './testOutbox.ts';

const PICTURE_WIDTH = 200;

/** @returns bytes that no compression shortens, the same for the same seed. */
export function noise(seed: string, bytes: number): Buffer {
  const key = Buffer.from(seed.padEnd(16, '.')).subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

export function clipObject(bytes: number, destinationId = 'hub'): TestObject {
  const objectId = randomUUID();
  const payload = payloadOf(noise(objectId, bytes), 'video/webm');
  return { objectId, kind: 'clip', destinationId, payload };
}

/** A dermatoscope's picture of about so many bytes. */
export function dicomObject(bytes: number): TestObject {
  const objectId = randomUUID();
  const height = Math.ceil(bytes / 3 / PICTURE_WIDTH);
  const source = pictureSource('dermatoscope', pictureOf(PICTURE_WIDTH, height));
  const made = exported(source, contextOf({ objectId }));
  const payload = payloadOf(made.bytes, 'application/dicom');
  return { objectId, kind: 'dicomImage', destinationId: 'dicomweb', payload };
}

/** A report whose PDF has so many bytes. */
export function reportObject(bytes: number): TestObject & { readonly pdf: Uint8Array } {
  const objectId = randomUUID();
  const pdf = noise(objectId, bytes);
  const context = { site: SITE, patient: PATIENT, act: act(), objectId, software: '0.1.0' };
  const made = exportReportBundle(context, pdf);
  if (!made.ok) {
    throw new Error(made.fault.code);
  }
  const payload = payloadOf(made.value.bytes, 'application/fhir+json');
  return { objectId, kind: 'report', destinationId: 'fhir', payload, pdf };
}

/** Sizes as a consultation leaves them: many small ones from 120 kB, some long. */
export function sizes(count: number, longest: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    index % 25 === 0 ? longest : 120_000 + ((index * 7_919) % 180_000),
  );
}
