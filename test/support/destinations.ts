import {
  type Destination,
  type DestinationKind,
  DestinationSchema,
} from '../../src/contracts/outbox.ts';
import type { HttpDeps } from '../../src/main/remote/http/types.ts';

/** Short enough for a test, long enough for a busy machine. */
export const HTTP_DEPS: HttpDeps = {
  now: Date.now,
  timeouts: { connectMs: 5_000, idleMs: 5_000 },
  authorities: () => [],
  // Nobody listens there.
  portalPort: 1,
};

export function destinationOf(
  kind: DestinationKind,
  url: string,
  changes: Partial<Destination> = {},
): Destination {
  return DestinationSchema.parse({ destinationId: kind, kind, name: kind, url, ...changes });
}
