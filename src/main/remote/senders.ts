import { failed, ok, type Result } from '../../contracts/faults.ts';
import {
  type Credentials,
  type Destination,
  type DestinationKind,
  EMBEDDED_HUB_ID,
} from '../../contracts/outbox.ts';
import type { Sender } from '../outbox/types.ts';
import { accountOf } from './attempts.ts';
import { dicomwebSender } from './dicomweb/dicomweb.ts';
import { fhirSender } from './fhir/fhir.ts';
import type { Account, HttpDeps } from './http/types.ts';
import { hubSender } from './hub/hub.ts';

export type EmbeddedHubAccount = () => Promise<Account | null>;

/** Where a destination is now, and as whom; fails while the hub of this cart is down. */
export async function accountFor(
  destination: Destination,
  credentials: Credentials,
  embeddedHub: EmbeddedHubAccount,
): Promise<Result<Account>> {
  if (destination.destinationId !== EMBEDDED_HUB_ID) {
    return ok(accountOf({ destination, credentials }));
  }
  const embedded = await embeddedHub();
  return embedded === null ? failed('OUTBOX_UNREACHABLE', { reason: 'hub down' }) : ok(embedded);
}

/** One sender for each kind of destination. `embeddedHub` gives null while that hub is down. */
export function createSenders(
  deps: HttpDeps & { readonly embeddedHub: EmbeddedHubAccount },
): Readonly<Record<DestinationKind, Sender>> {
  return {
    dicomweb: dicomwebSender(deps),
    fhir: fhirSender(deps),
    hub: hubSender({
      ...deps,
      account: ({ destination, credentials }) =>
        accountFor(destination, credentials, deps.embeddedHub),
    }),
  };
}
