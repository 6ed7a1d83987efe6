import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Fault, Result } from '../../../contracts/faults.ts';
import { dial } from './dial.ts';
import { portalOr } from './portal.ts';
import type { Account, HttpDeps } from './types.ts';

export const STOPPED: Fault = { code: 'OUTBOX_UNREACHABLE', params: { reason: 'stopped' } };

/** Carries a fault through Node's own error event. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(told: Fault) {
    super(told.code);
    this.fault = told;
  }
}

type Hand = (error: Error | null, socket: Duplex) => void;

/** One connection at a time, to whom the account says; others are never reached through it. */
export class PinnedAgent extends Agent {
  readonly #account: Account;
  readonly #deps: HttpDeps;
  #closed = false;

  constructor(account: Account, deps: HttpDeps) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#account = account;
    this.#deps = deps;
  }

  override createConnection(_options: unknown, done?: Hand): undefined {
    const { url, certificateSha256 } = this.#account;
    const { authorities, now, timeouts } = this.#deps;
    const timeoutMs = timeouts.connectMs;
    const dialled = dial({ url, certificateSha256, authorities, now, timeoutMs });
    void dialled
      .then((outcome) => this.#explained(outcome))
      .then((outcome) => this.#hand(outcome, done ?? (() => undefined)));
    return undefined;
  }

  override destroy(): void {
    this.#closed = true;
    super.destroy();
  }

  async #explained(outcome: Result<Duplex>): Promise<Result<Duplex>> {
    return outcome.ok
      ? outcome
      : { ok: false, fault: await portalOr(outcome.fault, this.#account.url, this.#deps) };
  }

  #hand(outcome: Result<Duplex>, hand: Hand): void {
    // Node reads no socket when there is an error; its type does not say so.
    const none = undefined as unknown as Duplex;
    if (!outcome.ok) {
      hand(new FaultError(outcome.fault), none);
    } else if (this.#closed) {
      outcome.value.destroy();
      hand(new FaultError(STOPPED), none);
    } else {
      hand(null, outcome.value);
    }
  }
}
