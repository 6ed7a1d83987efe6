import type { CartModel } from '../../app/cartModel.ts';
import type { ChariotDiagnostics } from '../../app/diagnostics.ts';

export function cartDiagnostics({ call, stream, view }: CartModel): ChariotDiagnostics {
  return {
    snapshot: () => {
      const {
        phase,
        fault,
        physicians,
        reports,
        sentBlocks,
        droppedBlocks,
        reconnects,
        roundTripMs,
      } = call.state();
      const { connected, droppedBlocks: hostDroppedBlocks, clockUncertaintyMs } = stream.state();
      return {
        page: 'cart',
        ecg: view.summary(),
        clockUncertaintyMs,
        call: {
          phase,
          fault: fault?.code ?? null,
          peers: physicians.length,
          sentBlocks,
          droppedBlocks,
          reconnects,
          roundTripMs,
        },
        reports: [...reports.values()],
        received: null,
        link: null,
        video: null,
        hostDroppedBlocks,
        hostConnected: connected,
      };
    },
    drainDrawLog: view.drain,
    drainReceiveLog: () => [],
  };
}
