// Real servers to deliver to, each behind a link of its own that misbehaves as it is told.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Credentials, Destination } from '../../src/contracts/outbox.ts';
import { makeCertificate, type TestCertificate } from './certificates.ts';
import { destinationOf } from './destinations.ts';
import { type FaultProxy, startFaultProxy } from './faultProxy.ts';
import type { LinkFault } from './faults/faults.ts';
import { startFhirServer } from './fhirServer.ts';
import { startOrthanc } from './orthanc.ts';
import { startUploadHub, type UploadHub } from './uploadHub.ts';

export type FaultFor = (request: IncomingMessage) => LinkFault | null;

export type Site = {
  /** Its address is the link's, its pin that of the link's certificate. */
  readonly destination: Destination;
  readonly credentials: Credentials;
  readonly link: FaultProxy & { readonly certificate: TestCertificate };
  readonly close: () => Promise<void>;
};

export type OrthancSite = Site & {
  /** SHA-256 of every file that it holds. */
  readonly hashes: () => Promise<string[]>;
};

export type FhirSite = Site & {
  /** SHA-256 of the document in every report that it holds. */
  readonly hashes: () => string[];
  readonly duplicates: () => readonly string[];
};

export type HubSite = Site & { readonly hub: UploadHub };

export async function orthancSite(faultFor?: FaultFor): Promise<OrthancSite> {
  const orthanc = await startOrthanc();
  const site = await behindLink('dicomweb', orthanc.dicomWebUrl, faultFor);
  const { user, password } = orthanc;
  return {
    ...site,
    credentials: { kind: 'basic', user, password },
    hashes: async () => {
      const hashes: string[] = [];
      for (const id of await orthanc.instances()) {
        const file = await orthanc.ask(`/instances/${id}/file`);
        hashes.push(sha256(new Uint8Array(await file.arrayBuffer())));
      }
      return hashes;
    },
    close: async () => {
      await site.link.close();
      await orthanc.dispose();
    },
  };
}

export async function fhirSite(faultFor?: FaultFor): Promise<FhirSite> {
  const token = 'of-the-cart';
  const server = await startFhirServer({ auth: { kind: 'bearer', token } });
  const site = await behindLink('fhir', server.url, faultFor);
  return {
    ...site,
    credentials: { kind: 'bearer', token },
    hashes: () =>
      server.resources('DiagnosticReport').map(({ presentedForm }) => {
        const [form] = presentedForm as { data: string }[];
        return sha256(Buffer.from(form?.data ?? '', 'base64'));
      }),
    duplicates: server.duplicates,
    close: async () => {
      await site.link.close();
      await server.close();
    },
  };
}

export async function hubSite(faultFor?: FaultFor): Promise<HubSite> {
  const hub = await startUploadHub();
  const site = await behindLink('hub', hub.url, faultFor);
  return {
    ...site,
    hub,
    credentials: { kind: 'bearer', token: hub.token() },
    close: async () => {
      await site.link.close();
      await hub.close();
    },
  };
}

async function behindLink(
  kind: Destination['kind'],
  url: string,
  faultFor?: FaultFor,
): Promise<Pick<Site, 'destination' | 'link'>> {
  const certificate = await makeCertificate();
  const { origin, pathname } = new URL(url);
  const fault = faultFor === undefined ? {} : { faultFor };
  const link = await startFaultProxy({ target: origin, certificate, ...fault });
  const destination = destinationOf(kind, new URL(pathname, link.url).href, {
    certificateSha256: certificate.sha256,
    concurrency: 4,
  });
  return { destination, link: { ...link, certificate } };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
