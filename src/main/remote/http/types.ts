import type { Result } from '../../../contracts/faults.ts';
import type { Credentials } from '../../../contracts/outbox.ts';
import type { Failure, HttpAnswer } from './faults.ts';

export type Timeouts = {
  /** Name, connection and handshake together, ms. */
  readonly connectMs: number;
  /**
   * Without a byte moving, either way, ms. A byte counts as moved when the system took it: below some
   * 500 bytes a second its buffer hides the movement, and the attempt ends.
   */
  readonly idleMs: number;
};

/** Where a session leads, and as whom. */
export type Account = {
  readonly url: URL;
  readonly certificateSha256: string | null;
  readonly credentials: Credentials;
};

export type HttpDeps = {
  readonly now: () => number;
  readonly timeouts: Timeouts;
  /** PEM; the same array as long as they are the same. */
  readonly authorities: () => readonly string[];
  /** Where a network that wants a login shows itself; 80 but in tests. */
  readonly portalPort?: number;
};

export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: {
    readonly bytes: number;
    readonly open: () => AsyncIterable<Uint8Array>;
    /** Waits until so many bytes may leave. */
    readonly maysend?: (bytes: number) => Promise<void>;
    /** So many bytes of the body were handed to the network. */
    readonly onSent?: (bytes: number) => void;
  };
  /** Longest answer that is read. */
  readonly maxBytes?: number;
};

/**
 * One connection, kept from request to request and made again when it broke: an attempt opens one and
 * closes it. Proxies of the environment are not asked, redirects are not followed.
 */
export type HttpSession = {
  readonly send: (request: HttpRequest) => Promise<Result<HttpAnswer> | Failure>;
  readonly close: () => void;
};
