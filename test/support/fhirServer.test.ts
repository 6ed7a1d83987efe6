import { afterEach, expect, it } from 'vitest';
import { schemaErrors } from './fhir/schema.ts';
import { type FhirServer, type FhirServerOptions, startFhirServer } from './fhirServer.ts';

let server: FhirServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(options?: FhirServerOptions): Promise<FhirServer> {
  server = await startFhirServer(options);
  return server;
}

const PATIENT = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:test:ipp', value: '8000|1' }],
  name: [{ family: 'Lefèvre' }],
};
const PATIENT_URL = 'urn:uuid:6f3b9a52-6a2f-4f0b-9a35-1c1f8a0c7b11';

function transaction(...entries: object[]): object {
  return { resourceType: 'Bundle', type: 'transaction', entry: entries };
}

function entry(resource: { resourceType: string }, more: object = {}): object {
  const { request, ...rest } = { request: {}, ...more };
  return { ...rest, resource, request: { method: 'POST', url: resource.resourceType, ...request } };
}

const patientEntry = (): object =>
  entry(PATIENT, {
    fullUrl: PATIENT_URL,
    request: { ifNoneExist: 'identifier=urn%3Atest%3Aipp%7C8000%5C%7C1' },
  });

const encounterEntry = (reference = PATIENT_URL): object =>
  entry({
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'VR' },
    subject: { reference },
  } as { resourceType: string });

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server?.url}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('creates what a transaction holds and resolves its references', async () => {
  const { resources } = await start();
  const { status, body } = await post('', transaction(patientEntry(), encounterEntry()));
  expect(status).toBe(200);
  expect(schemaErrors(body)).toEqual([]);
  const [patient] = resources('Patient');
  expect(resources('Encounter')[0]?.['subject']).toEqual({ reference: `Patient/${patient?.id}` });
});

it('creates a conditional one once, and says which it is', async () => {
  const { resources, duplicates } = await start();
  await post('', transaction(patientEntry()));
  const { body } = await post('', transaction(patientEntry(), encounterEntry()));
  expect(resources('Patient')).toHaveLength(1);
  expect(duplicates()).toEqual([]);
  const [patient] = resources('Patient');
  expect(body['entry']).toMatchObject([
    { response: { status: '200 OK', location: `Patient/${patient?.id}/_history/1` } },
    { response: { status: '201 Created' } },
  ]);
});

it('counts what was created twice', async () => {
  const { duplicates } = await start();
  await post('/Patient', PATIENT);
  await post('/Patient', PATIENT);
  expect(duplicates()).toEqual(['Patient urn:test:ipp|8000|1']);
});

it('keeps nothing of a transaction with one bad resource', async () => {
  const { resources } = await start();
  const bad = entry({ resourceType: 'Patient', gender: 'F' } as { resourceType: string });
  const { status, body } = await post('', transaction(patientEntry(), bad));
  expect(status).toBe(422);
  expect(JSON.stringify(body)).toContain('/gender');
  expect(resources()).toEqual([]);
});

it('keeps nothing of a transaction with a reference to nothing', async () => {
  const { resources } = await start();
  const { status } = await post('', transaction(patientEntry(), encounterEntry('Patient/404')));
  expect(status).toBe(422);
  expect(resources()).toEqual([]);
});

it('refuses a condition that two resources meet', async () => {
  const { resources } = await start();
  await post('/Patient', PATIENT);
  await post('/Patient', PATIENT);
  const { status } = await post('', transaction(patientEntry(), encounterEntry()));
  expect(status).toBe(412);
  expect(resources('Encounter')).toEqual([]);
});

it('refuses the same condition twice in one transaction', async () => {
  await start();
  expect((await post('', transaction(patientEntry(), patientEntry()))).status).toBe(400);
});

it('refuses a condition that it does not understand, which would match everything', async () => {
  await start();
  const odd = entry(PATIENT, { request: { ifNoneExist: 'family=Lef' } });
  expect((await post('', transaction(odd))).status).toBe(400);
});

it('creates one by If-None-Exist, reads it and finds it', async () => {
  await start();
  const condition = { 'if-none-exist': 'identifier=urn:test:ipp|8000\\|1' };
  const first = await post('/Patient', PATIENT, condition);
  const second = await post('/Patient', PATIENT, condition);
  expect([first.status, second.status]).toEqual([201, 200]);
  const read = await get(`/Patient/${String(first.body['id'])}`);
  expect(read.body).toEqual(second.body);
  const found = await get('/Patient?identifier=urn%3Atest%3Aipp%7C8000%5C%7C1');
  expect(found.body).toMatchObject({ total: 1, entry: [{ resource: { id: first.body['id'] } }] });
  expect(schemaErrors(found.body)).toEqual([]);
  expect((await get('/Patient?identifier=urn:other|8000\\|1')).body['total']).toBe(0);
});

it('answers with an OperationOutcome to what is not a resource', async () => {
  await start();
  const { status, body } = await post('', ['not', 'a', 'resource']);
  expect([status, body['resourceType']]).toEqual([400, 'OperationOutcome']);
  expect(schemaErrors(body)).toEqual([]);
  expect((await post('', {}, { 'content-type': 'text/html' })).status).toBe(415);
  expect((await get('/Nothing')).status).toBe(404);
});

it('lets in only who has the credentials, and tells everybody what it can', async () => {
  await start({ auth: { kind: 'basic', user: 'chariot', password: 'é' } });
  const basic = `Basic ${Buffer.from('chariot:é').toString('base64')}`;
  expect((await get('/Patient')).status).toBe(401);
  expect((await get('/Patient', { authorization: 'Bearer é' })).status).toBe(401);
  expect((await get('/Patient', { authorization: basic })).status).toBe(200);
  const metadata = await get('/metadata');
  expect(metadata.status).toBe(200);
  expect(schemaErrors(metadata.body)).toEqual([]);
});
