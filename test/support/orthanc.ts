// A real PACS for tests: Orthanc with DICOMweb on loopback, its storage in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/Orthanc';
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const START_TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;

/** False: Debian's orthanc and orthanc-dicomweb are absent, and the test must say that it skips. */
export const hasOrthanc = existsSync(PROGRAM) && existsSync(PLUGIN);

/** Where an Orthanc listens and what it keeps: handing it to `startOrthanc` starts it there again. */
export type OrthancPlace = {
  readonly folder: string;
  readonly httpPort: number;
  readonly dicomPort: number;
};

export type Orthanc = OrthancPlace & {
  /** `http://127.0.0.1:<port>`: Orthanc's own REST. */
  readonly url: string;
  /** Root of STOW-RS, QIDO-RS and WADO-RS. */
  readonly dicomWebUrl: string;
  readonly aet: string;
  readonly user: string;
  readonly password: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** GET, POST … below `url`, with credentials. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** Orthanc's ids of the instances that it holds. */
  readonly instances: () => Promise<string[]>;
  /** Ends it; its storage stays, for `startOrthanc(place)`. */
  readonly halt: () => Promise<void>;
  /** As `halt`, in the middle of whatever it does. */
  readonly kill: () => Promise<void>;
  /** Ends it and removes its storage. */
  readonly dispose: () => Promise<void>;
};

const USER = 'chariot';
const PASSWORD = 'loopback-only';
const AET = 'ORTHANC';

/** Starts one and waits until it answers. Without a place: free ports and an empty storage. */
export async function startOrthanc(place?: OrthancPlace): Promise<Orthanc> {
  if (place !== undefined) {
    return running(place);
  }
  const folder = await mkdtemp(join(tmpdir(), 'chariot-orthanc-'));
  for (let attempt = 1; ; attempt++) {
    try {
      // A port that is free now may be taken when Orthanc binds it: then others are tried.
      return await running({ folder, httpPort: await freePort(), dicomPort: await freePort() });
    } catch (error) {
      if (attempt === ATTEMPTS) {
        await rm(folder, { recursive: true });
        throw error;
      }
    }
  }
}

async function running(place: OrthancPlace): Promise<Orthanc> {
  const file = join(place.folder, 'orthanc.json');
  await writeFile(file, JSON.stringify(configuration(place)));
  const child = spawn(PROGRAM, [`--logfile=${join(place.folder, 'orthanc.log')}`, file], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const orthanc = handle(place, child, ended);
  try {
    await answering(orthanc, child);
  } catch (error) {
    await orthanc.halt();
    throw error;
  }
  return orthanc;
}

function configuration({ folder, httpPort, dicomPort }: OrthancPlace): object {
  return {
    Name: 'Chariot test',
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'storage'),
    HttpPort: httpPort,
    HttpBindAddresses: ['127.0.0.1'],
    RemoteAccessAllowed: true,
    AuthenticationEnabled: true,
    RegisteredUsers: { [USER]: PASSWORD },
    DicomAet: AET,
    DicomPort: dicomPort,
    DicomAlwaysAllowStore: true,
    OverwriteInstances: false,
    // Two bytes for each character are not lost in answers, whatever the object's own set is.
    DefaultEncoding: 'Utf8',
    Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true, Ssl: false },
  };
}

function handle(place: OrthancPlace, child: ChildProcess, ended: Promise<void>): Orthanc {
  const url = `http://127.0.0.1:${place.httpPort}`;
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', authorization);
    return fetch(`${url}${path}`, { ...init, headers });
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    ...place,
    url,
    dicomWebUrl: `${url}/dicom-web`,
    aet: AET,
    user: USER,
    password: PASSWORD,
    authorization,
    ask,
    instances: async () => (await (await ask('/instances')).json()) as string[],
    halt: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    dispose: async () => {
      // Orthanc takes seconds to end in order, and nothing of it is wanted any more.
      await end('SIGKILL');
      await rm(place.folder, { recursive: true });
    },
  };
}

/** Nothing tells that Orthanc is ready but its answer: it is asked until it gives one. */
async function answering(orthanc: Orthanc, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const answer = await orthanc.ask('/system').catch(() => null);
    if (answer?.ok === true) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = await readFile(join(orthanc.folder, 'orthanc.log'), 'utf8').catch(() => '');
  throw new Error(`Orthanc does not answer: ${log.slice(-2_000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
