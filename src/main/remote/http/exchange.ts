import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as openRequest,
} from 'node:http';
import { type Fault, fault, ok, type Result } from '../../../contracts/faults.ts';
import type { Credentials } from '../../../contracts/outbox.ts';
import { FaultError, STOPPED } from './agent.ts';
import { hostOf } from './dial.ts';
import { exchangeFault, type Failure, type HttpAnswer } from './faults.ts';
import { type IdleWatch, watchIdle } from './idle.ts';
import type { HttpRequest } from './types.ts';

const SECOND = 1000;
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** What our own reading of the body failed by: no fault of the network, and not hidden as one. */
class SourceError extends Error {}

/** One request and its answer. */
export class Exchange {
  readonly #request: HttpRequest;
  readonly #idleMs: number;
  /** Whether the other side may have got a part of the request. */
  #bytesLeft = false;
  #answered = false;
  /** Why we ended it ourselves; Node would call it a reset. */
  #ended: Fault | null = null;

  constructor(request: HttpRequest, idleMs: number) {
    this.#request = request;
    this.#idleMs = idleMs;
  }

  async run(
    agent: Agent,
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer> | Failure> {
    if (signal.aborted) {
      return { ok: false, fault: STOPPED };
    }
    const outgoing = this.#open(agent, credentials);
    const end = (why: Fault): void => {
      this.#ended ??= why;
      outgoing.destroy();
    };
    const seconds = this.#idleMs / SECOND;
    const idle = watchIdle(this.#idleMs, () => end(fault('OUTBOX_TIMEOUT', { seconds })));
    const stop = (): void => {
      end(this.#bytesLeft ? fault('OUTBOX_LINK_LOST', { reason: 'stopped' }) : STOPPED);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = this.#answer(outgoing, idle);
      // Whichever fails first ends both; the answer may also come before the body is out.
      await Promise.race([this.#sendBody(outgoing, idle, answer), answer]);
      return ok(await answer);
    } catch (error) {
      return this.#failure(error);
    } finally {
      signal.removeEventListener('abort', stop);
      idle.stop();
      if (!outgoing.writableFinished) {
        outgoing.destroy();
      }
    }
  }

  #open(agent: Agent, credentials: Credentials): ClientRequest {
    const { method, url, headers, body } = this.#request;
    const outgoing = openRequest({
      agent,
      method,
      host: hostOf(url),
      path: `${url.pathname}${url.search}`,
      setHost: false,
      headers: {
        host: url.host,
        'accept-encoding': 'identity',
        ...authorization(credentials),
        ...(body === undefined ? {} : { 'content-length': body.bytes }),
        ...headers,
      },
    });
    outgoing.once('socket', () => {
      this.#bytesLeft = true;
    });
    return outgoing;
  }

  async #sendBody(
    outgoing: ClientRequest,
    idle: IdleWatch,
    answer: Promise<unknown>,
  ): Promise<void> {
    const { body } = this.#request;
    for await (const piece of body === undefined ? [] : ownErrors(body.open())) {
      idle.pause();
      await Promise.race([body?.maysend?.(piece.length), answer]);
      idle.touch();
      await Promise.race([this.#flushed(outgoing, piece), answer]);
      if (this.#answered) {
        return;
      }
      body?.onSent?.(piece.length);
    }
    idle.touch();
    outgoing.end();
  }

  /** Whoever has answered may have stopped to read. */
  #flushed(outgoing: ClientRequest, piece: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      outgoing.write(piece, (error) => (error && !this.#answered ? reject(error) : resolve()));
    });
  }

  #answer(outgoing: ClientRequest, idle: IdleWatch): Promise<HttpAnswer> {
    const { maxBytes = LONGEST_ANSWER } = this.#request;
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      // An answer that has begun tells itself how it ends; the request may be over before it.
      const unanswered = (error: Error): void => {
        if (!this.#answered) {
          reject(error);
        }
      };
      outgoing.on('error', unanswered);
      outgoing.once('close', () => unanswered(new Error('closed')));
      outgoing.once('response', (incoming) => {
        this.#answered = true;
        collect(incoming, maxBytes, idle).then(resolve, reject);
      });
    });
    // The body's own failure may be told first; this one is then nobody's.
    answer.catch(() => undefined);
    return answer;
  }

  #failure(error: unknown): Failure {
    if (error instanceof SourceError) {
      throw error.cause;
    }
    if (this.#ended !== null) {
      return { ok: false, fault: this.#ended };
    }
    if (error instanceof FaultError) {
      return { ok: false, fault: error.fault };
    }
    if (error instanceof Error) {
      return { ok: false, fault: exchangeFault(error, this.#bytesLeft) };
    }
    throw error;
  }
}

async function* ownErrors(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (cause) {
    throw new SourceError('body', { cause });
  }
}

async function collect(
  incoming: IncomingMessage,
  maxBytes: number,
  idle: IdleWatch,
): Promise<HttpAnswer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    idle.touch();
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw new FaultError(fault('OUTBOX_PROTOCOL', { reason: 'answer too long' }));
    }
    pieces.push(piece);
  }
  const { statusCode = 0, headers } = incoming;
  return { status: statusCode, headers, body: Buffer.concat(pieces) };
}

function authorization(credentials: Credentials): Record<string, string> {
  if (credentials.kind === 'none') {
    return {};
  }
  if (credentials.kind === 'bearer') {
    return { authorization: `Bearer ${credentials.token}` };
  }
  const pair = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
