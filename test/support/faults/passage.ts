import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { request as tlsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { LinkFault, SeenRequest } from './faults.ts';

/** One request through the link. */
export class Passage {
  readonly #target: URL;
  readonly #agent: Agent;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #entry: SeenRequest;
  readonly #reset: () => void;

  constructor(
    target: string,
    agent: Agent,
    incoming: IncomingMessage,
    response: ServerResponse,
    entry: SeenRequest,
    reset: () => void,
  ) {
    this.#target = new URL(target);
    this.#agent = agent;
    this.#incoming = incoming;
    this.#response = response;
    this.#entry = entry;
    this.#reset = reset;
  }

  run(fault: LinkFault | null): void {
    this.#incoming.on('error', () => undefined);
    this.#response.on('error', () => undefined);
    if (fault?.kind === 'status') {
      this.#answer(fault.status, { 'retry-after': fault.retryAfter }, 'busy');
    } else if (fault?.kind === 'captivePortal') {
      this.#captive(fault.as);
    } else {
      this.#forward(fault);
    }
  }

  #captive(as: 'page' | 'redirect'): void {
    if (as === 'redirect') {
      this.#answer(302, { location: 'http://login.invalid/' }, '');
    } else {
      const page = '<!DOCTYPE html><title>Wi-Fi</title><h1>Connexion</h1>';
      this.#answer(200, { 'content-type': 'text/html' }, page);
    }
  }

  #answer(status: number, headers: Record<string, string | undefined>, body: string): void {
    const given = Object.entries(headers).filter(([, value]) => value !== undefined);
    this.#incoming.on('data', (piece: Buffer) => {
      this.#entry.bodyBytes += piece.length;
    });
    this.#response.writeHead(status, Object.fromEntries(given));
    this.#response.end(body);
  }

  #forward(fault: Exclude<LinkFault, { kind: 'status' | 'captivePortal' }> | null): void {
    const { method, url, headers } = this.#incoming;
    const { protocol, hostname, port, host } = this.#target;
    const open = protocol === 'https:' ? tlsRequest : plainRequest;
    const upstream = open({
      host: hostname,
      port,
      method,
      path: url,
      headers: { ...headers, host },
      agent: this.#agent,
    });
    upstream.on('error', () => this.#reset());
    upstream.on('response', (answer) => this.#reply(answer, fault?.kind === 'replyLost'));
    this.#pass(upstream, fault).catch(() => upstream.destroy());
  }

  async #pass(upstream: ClientRequest, fault: LinkFault | null): Promise<void> {
    const breaksAt = fault !== null && 'atByte' in fault ? fault.atByte : Number.POSITIVE_INFINITY;
    let slow = fault?.kind === 'trickle' ? fault.bytes : 0;
    upstream.flushHeaders();
    for await (const piece of this.#incoming as AsyncIterable<Buffer>) {
      let rest = piece;
      for (; slow > 0 && rest.length > 0 && fault?.kind === 'trickle'; slow--) {
        upstream.write(rest.subarray(0, 1));
        rest = rest.subarray(1);
        await delay(fault.everyMs);
      }
      const passes = rest.subarray(0, Math.max(0, breaksAt - this.#entry.bodyBytes));
      this.#entry.bodyBytes += piece.length;
      if (passes.length > 0 && !upstream.write(passes)) {
        await new Promise((resolve) => upstream.once('drain', resolve));
      }
      if (this.#entry.bodyBytes >= breaksAt && fault !== null) {
        await this.#break(upstream, fault.kind);
        return;
      }
    }
    upstream.end();
  }

  async #break(upstream: ClientRequest, kind: LinkFault['kind']): Promise<void> {
    if (kind === 'reset') {
      upstream.destroy();
    } else if (kind === 'blackHole') {
      // Not read any more: the sender's buffers fill, and no answer ever comes.
      this.#incoming.pause();
      await new Promise((resolve) => this.#incoming.once('close', resolve));
      upstream.destroy();
      return;
    }
    this.#reset();
  }

  #reply(answer: IncomingMessage, isLost: boolean): void {
    if (isLost) {
      answer.resume();
      answer.once('end', () => this.#reset());
      return;
    }
    this.#response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(this.#response);
    this.#response.once('finish', () => {
      this.#entry.answered = true;
    });
  }
}
