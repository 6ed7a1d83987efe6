import { APDU, CHOICE } from './apdu.ts';

/** What a manager can send, as far as an agent must tell it apart. */
export type FromManager =
  | { readonly kind: 'associationResponse'; readonly result: number }
  | { readonly kind: 'releaseRequest' }
  | { readonly kind: 'releaseResponse' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'malformed' }
  | Presentation;

export type Presentation =
  | {
      readonly kind: 'eventResult';
      readonly invokeId: number;
      readonly handle: number;
      readonly type: number;
      readonly info: Uint8Array;
    }
  | {
      readonly kind: 'get';
      readonly invokeId: number;
      readonly handle: number;
      readonly ids: readonly number[];
    }
  | {
      readonly kind: 'action';
      readonly invokeId: number;
      readonly confirmed: boolean;
      readonly handle: number;
      readonly type: number;
      readonly info: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly invokeId: number }
  | { readonly kind: 'unknownOperation'; readonly invokeId: number };

function parsePresentation(bytes: Uint8Array): Presentation | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12 || view.getUint16(4) !== bytes.length - 6) return undefined;
  const [invokeId, choice] = [view.getUint16(6), view.getUint16(8)];
  const body = bytes.subarray(12);
  const at = (offset: number): number => view.getUint16(12 + offset);
  switch (choice) {
    case CHOICE.eventResult:
      if (body.length < 10) return undefined;
      return { kind: 'eventResult', invokeId, handle: at(0), type: at(6), info: body.slice(10) };
    case CHOICE.get: {
      if (body.length < 6) return undefined;
      const ids = Array.from({ length: Math.min(at(2), (body.length - 6) >> 1) }, (_, i) =>
        at(6 + 2 * i),
      );
      return { kind: 'get', invokeId, handle: at(0), ids };
    }
    case CHOICE.action:
    case CHOICE.confirmedAction: {
      if (body.length < 6) return undefined;
      const confirmed = choice === CHOICE.confirmedAction;
      const target = { handle: at(0), type: at(2), info: body.slice(6) };
      return { kind: 'action', invokeId, confirmed, ...target };
    }
    case CHOICE.error:
    case CHOICE.reject:
      return { kind: 'refused', invokeId };
    default:
      return { kind: 'unknownOperation', invokeId };
  }
}

/**
 * Reads one transfer. The length inside the operation is not checked: a published manager leaves it
 * zero in one request, and real meters accept that.
 */
export function parseFromManager(bytes: Uint8Array): FromManager {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 6 || view.getUint16(2) !== bytes.length - 4) return { kind: 'malformed' };
  switch (view.getUint16(0)) {
    case APDU.aare:
      return { kind: 'associationResponse', result: view.getUint16(4) };
    case APDU.rlrq:
      return { kind: 'releaseRequest' };
    case APDU.rlre:
      return { kind: 'releaseResponse' };
    case APDU.abrt:
      return { kind: 'abort' };
    case APDU.prst:
      return parsePresentation(bytes) ?? { kind: 'malformed' };
    default:
      return { kind: 'malformed' };
  }
}
