import { randomUUID } from 'node:crypto';
import {
  CONNECTION_STEPS,
  type ConnectionTest,
  type Credentials,
  type Destination,
} from '../../contracts/outbox.ts';
import {
  bad,
  type ConnectionStep,
  type Examined,
  type Finding,
  SKIPPED,
} from './connection/finding.ts';
import { askForPortal, askService, tryCredentials } from './connection/talk.ts';
import { checkCertificate, connect, resolveName } from './connection/way.ts';
import type { HttpDeps } from './http/types.ts';
import { accountFor, type EmbeddedHubAccount } from './senders.ts';

const SECOND = 1000;
/** Somebody waits for the verdict. */
const LONGEST_SILENCE = 15 * SECOND;

const EXAMINE: Readonly<Record<ConnectionStep, (examined: Examined) => Promise<Finding>>> = {
  resolve: resolveName,
  connect,
  certificate: checkCertificate,
  captivePortal: askForPortal,
  credentials: tryCredentials,
  service: askService,
};

/**
 * The way to a destination, step by step until the first that fails. Nothing is left there, and
 * nothing of a patient is sent or read. `embeddedHub` as for the senders.
 */
export async function testConnection(
  destination: Destination,
  credentials: Credentials,
  deps: HttpDeps & { readonly embeddedHub: EmbeddedHubAccount },
): Promise<ConnectionTest> {
  const account = await accountFor(destination, credentials, deps.embeddedHub);
  const idleMs = Math.min(deps.timeouts.idleMs, LONGEST_SILENCE);
  const http = { ...deps, timeouts: { ...deps.timeouts, idleMs } };
  const examine = (step: ConnectionStep): Finding | Promise<Finding> => {
    const { kind } = destination;
    return account.ok
      ? EXAMINE[step]({ kind, account: account.value, deps: http, uuid: randomUUID })
      : bad(account.fault);
  };
  const steps: ConnectionTest['steps'] = [];
  let isFine = true;
  for (const step of CONNECTION_STEPS) {
    const began = deps.now();
    const finding: Finding = isFine ? await examine(step) : SKIPPED;
    isFine &&= finding.verdict !== 'failed';
    steps.push(stepOf(step, finding, Math.max(0, deps.now() - began)));
  }
  return { ok: isFine, steps };
}

function stepOf(
  step: ConnectionStep,
  { verdict, fault, detail }: Finding,
  ms: number,
): ConnectionTest['steps'][number] {
  const told = fault === null ? null : { code: fault.code, params: { ...fault.params } };
  return { step, verdict, fault: told, detail, ms };
}
