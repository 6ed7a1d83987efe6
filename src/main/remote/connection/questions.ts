import { z } from 'zod';
import { type Fault, fault } from '../../../contracts/faults.ts';
import { OBJECTS_PATH, UPLOADS_PATH } from '../../../contracts/hubProcess.ts';
import type { DestinationKind } from '../../../contracts/outbox.ts';
import { below } from '../attempts.ts';
import { type HttpAnswer, statusFailure } from '../http/faults.ts';
import type { HttpRequest } from '../http/types.ts';
import { bad, type Finding, fine } from './finding.ts';

/** Questions to one kind of service that leave nothing there and read nobody's data. */
export type Questions = {
  /** Answered only to whom the service knows. */
  readonly asUser: (root: URL, uuid: string) => HttpRequest;
  /** Whether that answer means that the service knows us, beside a success. */
  readonly known: (status: number) => boolean;
  /** What the service is, and can. */
  readonly ofService: (root: URL, uuid: string) => HttpRequest;
  readonly judge: (answer: HttpAnswer, now: number) => Finding;
};

const DICOM_JSON = 'application/dicom+json';
const FHIR_JSON = 'application/fhir+json';
/** Statements of what a server can are long where it can much. */
const LONGEST_STATEMENT = 32 * 1024 * 1024;

/** QIDO-RS for an instance that does not exist. */
function absentInstance(root: URL, uuid: string): HttpRequest {
  const url = below(root, 'instances');
  // A UID made of a UUID (PS3.5 annex B.2).
  const uid = `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;
  url.searchParams.set('SOPInstanceUID', uid);
  url.searchParams.set('limit', '1');
  return { method: 'GET', url, headers: { accept: DICOM_JSON } };
}

function absentPatient(root: URL, uuid: string): HttpRequest {
  const url = below(root, 'Patient');
  url.searchParams.set('identifier', `urn:ietf:rfc:3986|urn:uuid:${uuid}`);
  url.searchParams.set('_summary', 'count');
  return { method: 'GET', url, headers: { accept: FHIR_JSON } };
}

const never = (): boolean => false;

export const QUESTIONS: Readonly<Record<DestinationKind, Questions>> = {
  dicomweb: {
    asUser: absentInstance,
    known: never,
    ofService: absentInstance,
    judge: judgeDicomweb,
  },
  fhir: {
    asUser: absentPatient,
    // It may know no such search.
    known: (status) => [400, 404, 405, 422].includes(status),
    ofService: (root) => ({
      method: 'GET',
      url: below(root, 'metadata'),
      headers: { accept: FHIR_JSON },
      maxBytes: LONGEST_STATEMENT,
    }),
    judge: judgeFhir,
  },
  hub: {
    asUser: (root, uuid) => ({
      method: 'GET',
      url: below(root, `${OBJECTS_PATH.slice(1)}/${uuid}`),
    }),
    known: (status) => status === 404,
    ofService: (root) => ({ method: 'OPTIONS', url: below(root, UPLOADS_PATH.slice(1)) }),
    judge: judgeHub,
  },
};

const unexpected = (reason: string): Fault => fault('OUTBOX_PROTOCOL', { reason });

function refused(answer: HttpAnswer, now: number): Finding | null {
  const failure = statusFailure(answer, now);
  return failure === null ? null : bad(failure.fault, serverOf(answer));
}

function judgeDicomweb(answer: HttpAnswer, now: number): Finding {
  const isList = answer.status === 204 || Array.isArray(parseJson(answer.body));
  return (
    refused(answer, now) ??
    (isList ? fine(serverOf(answer)) : bad(unexpected('QIDO'), serverOf(answer)))
  );
}

const StatementSchema = z.object({
  resourceType: z.literal('CapabilityStatement'),
  fhirVersion: z.string(),
  software: z.object({ name: z.string(), version: z.string().optional() }).optional(),
  rest: z
    .array(z.object({ interaction: z.array(z.object({ code: z.string() })).default([]) }))
    .default([]),
});

function judgeFhir(answer: HttpAnswer, now: number): Finding {
  const no = refused(answer, now);
  const statement = StatementSchema.safeParse(parseJson(answer.body));
  if (no !== null || !statement.success) {
    return no ?? bad(unexpected('metadata'), serverOf(answer));
  }
  const { fhirVersion, software, rest } = statement.data;
  const name = [software?.name ?? serverOf(answer), software?.version ?? ''].join(' ').trim();
  const detail = `${name} · FHIR ${fhirVersion}`;
  if (!fhirVersion.startsWith('4.')) {
    return bad(unexpected('fhirVersion'), detail);
  }
  const canTransact = rest.some(({ interaction }) =>
    interaction.some(({ code }) => code === 'transaction'),
  );
  return canTransact ? fine(detail) : bad(unexpected('transaction'), detail);
}

/** What a hub answers to OPTIONS (tus 1.0.0, core protocol). */
function judgeHub(answer: HttpAnswer, now: number): Finding {
  const versions = String(answer.headers['tus-version'] ?? '');
  const extensions = String(answer.headers['tus-extension'] ?? '').split(',');
  const speaks = versions.split(',').includes('1.0.0') && extensions.includes('creation');
  return refused(answer, now) ?? (speaks ? fine(`tus ${versions}`) : bad(unexpected('tus')));
}

export function serverOf({ headers }: HttpAnswer): string {
  return String(headers['server'] ?? '');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
