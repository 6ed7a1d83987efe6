import {
  type Credentials,
  CredentialsSchema,
  type Destination,
  type DestinationKind,
  DestinationSchema,
} from '../../../contracts/outbox.ts';
import { plainHex } from './fingerprint.ts';
import type { DestinationWish } from './outboxModel.ts';

/** kept: what the store holds stays, and is never shown. */
export const CREDENTIAL_CHOICES = ['kept', 'none', 'basic', 'bearer'] as const;
export type CredentialChoice = (typeof CREDENTIAL_CHOICES)[number];

/** The form of a destination as it is typed. */
export type DestinationDraft = {
  /** '' until the destination has a name. */
  readonly destinationId: string;
  readonly kind: DestinationKind;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly concurrency: string;
  readonly certificate: string;
  readonly credentials: CredentialChoice;
  readonly user: string;
  readonly password: string;
  readonly token: string;
};
export type DestinationField = 'name' | 'url' | 'concurrency' | 'certificate' | 'user' | 'token';

export function newDraft(): DestinationDraft {
  return {
    destinationId: '',
    kind: 'dicomweb',
    name: '',
    url: '',
    enabled: true,
    concurrency: '2',
    certificate: '',
    credentials: 'none',
    user: '',
    password: '',
    token: '',
  };
}

export function draftOf(destination: Destination, hasCredentials: boolean): DestinationDraft {
  const { destinationId, kind, name, url, enabled, concurrency, certificateSha256 } = destination;
  return {
    ...newDraft(),
    destinationId,
    kind,
    name,
    url,
    enabled,
    concurrency: String(concurrency),
    certificate: certificateSha256 ?? '',
    credentials: hasCredentials ? 'kept' : 'none',
  };
}

/** @returns an id that nobody has: the name in plain letters, numbered if need be. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '-')
    .slice(0, 36);
  const base = plain === '' ? 'destination' : plain.replace(/-$/, '');
  const free = [base, ...taken.map((_, index) => `${base}-${index + 2}`)];
  return free.find((id) => !taken.includes(id)) ?? base;
}

type Parsed =
  | { readonly ok: true; readonly wish: DestinationWish }
  | { readonly ok: false; readonly wrong: readonly DestinationField[] };

/** @param taken ids of the destinations there are, for one that is new. */
export function parseDraft(draft: DestinationDraft, taken: readonly string[]): Parsed {
  const { kind, enabled } = draft;
  const name = draft.name.trim();
  const certificate = plainHex(draft.certificate);
  const destination = DestinationSchema.safeParse({
    destinationId: draft.destinationId === '' ? idFor(name, taken) : draft.destinationId,
    kind,
    name,
    url: draft.url.trim(),
    enabled,
    concurrency: Number(draft.concurrency),
    certificateSha256: certificate === '' ? null : certificate,
  });
  const credentials = credentialsOf(draft);
  if (destination.success && credentials !== null) {
    const wish = { destination: destination.data };
    return { ok: true, wish: credentials === 'kept' ? wish : { ...wish, credentials } };
  }
  const paths = new Set(destination.error?.issues.map(({ path }) => path[0]));
  const wrong: Record<DestinationField, boolean> = {
    name: paths.has('name'),
    url: paths.has('url'),
    concurrency: paths.has('concurrency'),
    certificate: paths.has('certificateSha256'),
    user: credentials === null && draft.credentials === 'basic',
    token: credentials === null && draft.credentials === 'bearer',
  };
  const fields: DestinationField[] = ['name', 'url', 'concurrency', 'certificate', 'user', 'token'];
  return { ok: false, wrong: fields.filter((field) => wrong[field]) };
}

/** null: something is missing in them. */
function credentialsOf(draft: DestinationDraft): Credentials | 'kept' | null {
  if (draft.credentials === 'kept') {
    return 'kept';
  }
  const { user, password, token } = draft;
  const parsed = CredentialsSchema.safeParse(
    {
      none: { kind: 'none' },
      basic: { kind: 'basic', user, password },
      bearer: { kind: 'bearer', token },
    }[draft.credentials],
  );
  return parsed.success ? parsed.data : null;
}
