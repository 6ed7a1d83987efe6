/** What happens to one request on its way. Bytes are those of its body. */
export type LinkFault =
  /** RST to both sides once so many bytes went through. */
  | { readonly kind: 'reset'; readonly atByte: number }
  /** Nothing moves any more, nobody is told. */
  | { readonly kind: 'blackHole'; readonly atByte: number }
  /** The client is gone (RST); the server still believes in the connection and waits. */
  | { readonly kind: 'halfOpen'; readonly atByte: number }
  /** The server did it and answered; the client gets RST in place of the answer. */
  | { readonly kind: 'replyLost' }
  /** A gateway answers in place of the server. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** So many bytes go through one by one, `everyMs` apart; then the line is good again. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly everyMs: number }
  /** A login page in place of the answer, or a redirect to one. */
  | { readonly kind: 'captivePortal'; readonly as: 'page' | 'redirect' };

/** A request as the proxy saw it: the evidence. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  /** Bytes of the body that the proxy took from the client. */
  bodyBytes: number;
  /** The client was given the server's whole answer. */
  answered: boolean;
  readonly fault: LinkFault['kind'] | null;
  /** Monotonic, ms. */
  readonly atMs: number;
};
