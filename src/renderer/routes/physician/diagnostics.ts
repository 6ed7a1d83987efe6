import type { ChariotDiagnostics, ViewSlot } from '../../app/diagnostics.ts';
import type { PhysicianCall } from '../../media/physicianCall.ts';

export function physicianDiagnostics(call: PhysicianCall, view: ViewSlot): ChariotDiagnostics {
  return {
    snapshot: () => {
      const { phase, fault, cart, colleagues, link, videoStats } = call.state();
      return {
        page: 'physician',
        ecg: view.summary(),
        clockUncertaintyMs: link.clockUncertaintyMs,
        call: {
          phase,
          fault: fault?.code ?? null,
          peers: colleagues.length + (cart === null ? 0 : 1),
        },
        reports: [],
        received: {
          samples: link.samplesReceived,
          missing: link.samplesMissing,
          lost: link.samplesLost,
          late: link.samplesLate,
          duplicates: link.duplicates,
          backfilled: link.backfilledSamples,
          bytes: link.bytesReceived,
        },
        link,
        video: videoStats,
        hostDroppedBlocks: null,
        hostConnected: null,
      };
    },
    drainDrawLog: view.drain,
    drainReceiveLog: call.drainReceiveLog,
  };
}
