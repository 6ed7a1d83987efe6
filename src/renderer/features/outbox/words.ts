import type { TFunction } from 'i18next';
import type { Fault } from '../../../contracts/faults.ts';
import {
  type Delivery,
  type DeliveryState,
  type Destination,
  type DestinationState,
  EMBEDDED_HUB_ID,
} from '../../../contracts/outbox.ts';
import type { Tone } from '../../ui/StateBadge.tsx';
import type { ActGroup } from './actGroups.ts';
import { bytesText, momentText } from './quantities.ts';

export const DELIVERY_TONES: Record<DeliveryState, Tone> = {
  queued: 'idle',
  claimed: 'idle',
  inFlight: 'good',
  done: 'good',
  refused: 'bad',
  quarantined: 'warn',
};

export const DESTINATION_TONES: Record<DestinationState['state'], Tone> = {
  unknown: 'idle',
  reachable: 'good',
  backingOff: 'warn',
  disabled: 'idle',
};

/** A destination's name as the site gave it; the hub of the cart itself has one in each language. */
export function destinationName(
  t: TFunction,
  { destinationId, name }: Pick<Destination, 'destinationId' | 'name'>,
): string {
  return destinationId === EMBEDDED_HUB_ID ? t('destination.embedded') : name;
}

/** @returns `3 documents, 12 Mo`; without the size while nothing of it was made. */
export function muchWords(
  t: TFunction,
  { documents, bytes }: Pick<ActGroup, 'documents' | 'bytes'>,
  locale: string,
): string {
  const count = t('outbox.documents', { count: documents });
  return bytes === 0 ? count : `${count}, ${bytesText(bytes, locale)}`;
}

/** @returns `1,2 Mo / 12 Mo` on its way, `12 Mo` else. */
export function offsetWords({ bytes, offset }: Delivery, locale: string): string {
  if (bytes === null) {
    return '—';
  }
  const all = bytesText(bytes, locale);
  return offset > 0 && offset < bytes ? `${bytesText(offset, locale)} / ${all}` : all;
}

/** A fault as a technician reports it: `OUTBOX_SERVER_ERROR status=503`. */
export function faultCode({ code, params }: Fault): string {
  const told = Object.entries(params ?? {}).map(([name, value]) => `${name}=${value}`);
  return [code, ...told].join(' ');
}

export function whenWords(iso: string | null, now: Date, locale: string): string {
  return iso === null ? '—' : momentText(iso, now, locale);
}
