import {
  type LiveNotice,
  type LiveRequest,
  LiveRequestSchema,
  type ReceiverReport,
} from '../../contracts/live.ts';
import type { BackfillServer } from './backfillServer.ts';
import { parseText } from './dataLinks.ts';
import { isSent } from './sentStreams.ts';
import type { StreamClient } from './streamClient.ts';

/** Hears one physician's control channel. */
export type PhysicianEar = (data: string | Uint8Array) => void;

/**
 * Answers what physicians ask over their control channels. Answers go to all of them on the one
 * channel of the cart; each knows its own by its number or range.
 */
export function createCartTalk(deps: {
  readonly stream: StreamClient;
  readonly backfill: BackfillServer;
  readonly tell: (notice: LiveNotice) => void;
  readonly onReport: (peerId: string, report: ReceiverReport) => void;
}): { listenTo(peerId: string): PhysicianEar } {
  const { stream, tell } = deps;

  function tellAll(): void {
    for (const descriptor of stream.descriptors()) {
      if (isSent(descriptor)) {
        tell({ kind: 'descriptor', descriptor });
      }
    }
    for (const status of stream.statuses()) {
      tell({ kind: 'device', status });
    }
    for (const measurement of stream.measurements()) {
      tell({ kind: 'measurement', measurement });
    }
  }

  function take(peerId: string, request: LiveRequest): void {
    switch (request.kind) {
      case 'ping':
        tell({
          kind: 'pong',
          id: request.id,
          sentAtMs: request.sentAtMs,
          hostTimeMs: stream.hostTimeNow(),
        });
        return;
      case 'backfill':
        deps.backfill.ask(request);
        return;
      case 'report':
        deps.onReport(peerId, request);
    }
  }

  return {
    listenTo: (peerId) => {
      let heard = false;
      return (data) => {
        const request = LiveRequestSchema.safeParse(parseText(data));
        if (!request.success) {
          return;
        }
        if (!heard) {
          // Who speaks hears us too: before, a description sent here would have reached nobody.
          heard = true;
          tellAll();
        }
        take(peerId, request.data);
      };
    },
  };
}
