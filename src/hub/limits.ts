const SECOND = 1000;

/** What one client may cost the hub. Durations in ms. */
export type Limits = {
  /** Open sockets of the whole hub. */
  readonly sockets: number;
  /** A socket that has not joined by then is dropped. */
  readonly unjoinedFor: number;
  readonly pingEvery: number;
  /** Silence after which a socket is taken for dead. */
  readonly deadAfter: number;
  /** Calls at once, and calls per second in the long run. */
  readonly callBurst: number;
  readonly callsPerSecond: number;
  /** Refusals of the above before the socket is closed as a flood. */
  readonly refusalBurst: number;
  readonly refusalsPerSecond: number;
  /** Calls of one socket that may wait for their turn. */
  readonly waitingCalls: number;
  /** Bytes that may wait for a client that does not read. */
  readonly unsentBytes: number;
  readonly peersPerRoom: number;
  readonly transportsPerPeer: number;
  readonly producersPerPeer: number;
  readonly dataProducersPerPeer: number;
  readonly consumersPerPeer: number;
  /** Longest object that a cart may leave, bytes. */
  readonly objectBytes: number;
  /** Uploads that were begun and not finished. */
  readonly unfinishedUploads: number;
  /** Requests for uploads at once; each may hold one chunk in memory. */
  readonly uploadRequests: number;
};

export const DEFAULT_LIMITS: Limits = {
  sockets: 512,
  unjoinedFor: 10 * SECOND,
  pingEvery: 2 * SECOND,
  deadAfter: 6 * SECOND,
  callBurst: 200,
  callsPerSecond: 100,
  refusalBurst: 2000,
  refusalsPerSecond: 50,
  waitingCalls: 256,
  unsentBytes: 1024 * 1024,
  peersPerRoom: 12,
  transportsPerPeer: 4,
  producersPerPeer: 8,
  dataProducersPerPeer: 32,
  consumersPerPeer: 128,
  objectBytes: 4 * 1024 * 1024 * 1024,
  unfinishedUploads: 256,
  uploadRequests: 32,
};
