import type { types } from 'mediasoup-client';
import type { CallClient } from '../../contracts/calls.ts';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import {
  DataPurposeSchema,
  type SignallingCalls,
  SourceSchema,
} from '../../contracts/signalling.ts';
import type { Timers } from './timers.ts';

/** What is used of mediasoup-client's Device. */
export type MediaDevice = Pick<
  types.Device,
  | 'load'
  | 'recvRtpCapabilities'
  | 'sendRtpCapabilities'
  | 'createSendTransport'
  | 'createRecvTransport'
>;

export type TransportDeps = {
  readonly calls: CallClient<SignallingCalls>;
  readonly device: MediaDevice;
  readonly timers: Timers;
  /** Numbers what is produced, differently at each stay in the room: transports are new there. */
  readonly nextRequestId: () => string;
  /** The connection is beyond ICE's own help. */
  readonly onDead: (reason: Fault) => void;
};

/** ICE comes back by itself after a short loss. */
const DISCONNECTED_PATIENCE_MS = 3000;
const CONNECT_PATIENCE_MS = 8000;

/** mediasoup-client reports by exceptions; this one carries the hub's answer through it. */
class FaultError extends Error {
  readonly fault: Fault;
  constructor(value: Fault) {
    super(value.code);
    this.fault = value;
  }
}

/** Calls into mediasoup-client, which throws what its listeners refused and whatever WebRTC did. */
export async function guarded<T>(run: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await run());
  } catch (error) {
    return error instanceof FaultError
      ? { ok: false, fault: error.fault }
      : failed('MEDIA_REJECTED');
  }
}

export async function openTransport(
  direction: 'send' | 'receive',
  deps: TransportDeps,
): Promise<Result<types.Transport>> {
  const created = await deps.calls.createTransport({ direction });
  if (!created.ok) {
    return created;
  }
  const { transportId, ...parameters } = created.value;
  // The contract carries mediasoup's objects as plain JSON; mediasoup-client validates them.
  const options = { id: transportId, ...parameters } as unknown as types.TransportOptions;
  return await guarded(async () => {
    const transport =
      direction === 'send'
        ? deps.device.createSendTransport(options)
        : deps.device.createRecvTransport(options);
    answerConnect(transport, deps.calls);
    answerProduce(transport, deps);
    watch(transport, deps);
    return transport;
  });
}

function answerConnect(transport: types.Transport, calls: CallClient<SignallingCalls>): void {
  transport.on('connect', ({ dtlsParameters }, done, refuse) => {
    const input = { transportId: transport.id, dtlsParameters: { ...dtlsParameters } };
    void hand(calls.connectTransport(input), done, refuse);
  });
}

function answerProduce(transport: types.Transport, deps: TransportDeps): void {
  const { calls, nextRequestId } = deps;
  transport.on('produce', ({ kind, rtpParameters, appData }, done, refuse) => {
    const input = {
      requestId: nextRequestId(),
      transportId: transport.id,
      kind,
      source: SourceSchema.parse(appData['source']),
      rtpParameters: { ...rtpParameters },
    };
    void hand(calls.produce(input), ({ producerId: id }) => done({ id }), refuse);
  });
  transport.on('producedata', ({ sctpStreamParameters, appData }, done, refuse) => {
    const streamId = appData['streamId'];
    const input = {
      requestId: nextRequestId(),
      transportId: transport.id,
      purpose: DataPurposeSchema.parse(appData['purpose']),
      streamId: typeof streamId === 'number' ? streamId : null,
      sctpStreamParameters: { ...sctpStreamParameters },
    };
    void hand(calls.produceData(input), ({ dataProducerId: id }) => done({ id }), refuse);
  });
}

/** Gives the hub's answer to mediasoup-client. */
async function hand<T>(
  answer: Promise<Result<T>>,
  done: (value: T) => void,
  refuse: (error: Error) => void,
): Promise<void> {
  const result = await answer;
  if (result.ok) {
    done(result.value);
  } else {
    refuse(new FaultError(result.fault));
  }
}

function watch(transport: types.Transport, { timers, onDead }: TransportDeps): void {
  const dead = (): void => onDead(fault('SIGNALLING_TIMEOUT', { part: 'media' }));
  let cancel = (): void => {};
  transport.on('connectionstatechange', (state) => {
    cancel();
    cancel = (): void => {};
    if (state === 'failed' || state === 'closed') {
      dead();
    } else if (state === 'disconnected') {
      cancel = timers.after(DISCONNECTED_PATIENCE_MS, dead);
    } else if (state === 'connecting') {
      cancel = timers.after(CONNECT_PATIENCE_MS, dead);
    }
  });
  transport.observer.once('close', () => cancel());
}
