import type { Fault } from '../../../contracts/faults.ts';
import type { ConnectionTest, DestinationKind } from '../../../contracts/outbox.ts';
import type { Account, HttpDeps } from '../http/types.ts';

type Step = ConnectionTest['steps'][number];
export type ConnectionStep = Step['step'];

/** What one step found; `detail` is what the other side said of itself. */
export type Finding = Pick<Step, 'verdict' | 'detail'> & { readonly fault: Fault | null };

/** What is examined. */
export type Examined = {
  readonly kind: DestinationKind;
  readonly account: Account;
  readonly deps: HttpDeps;
  /** For an object that nobody has. */
  readonly uuid: () => string;
};

const LONGEST_DETAIL = 300;

export function fine(detail = ''): Finding {
  return { verdict: 'ok', fault: null, detail: printable(detail) };
}

export function bad(fault: Fault, detail = ''): Finding {
  return { verdict: 'failed', fault, detail: printable(detail) };
}

export const SKIPPED: Finding = { verdict: 'skipped', fault: null, detail: '' };

/** Servers and certificates say what they like. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ').trim().slice(0, LONGEST_DETAIL);
}
