import type { Delivery } from '../../contracts/outbox.ts';
import { faultText } from '../faultText.ts';
import { ageWords, KIND_WORDS, STATE_WORDS, sizeWords, tableWords } from './words.ts';

const HEADINGS = [
  'n°',
  'état / state',
  'quoi / what',
  'vers / to',
  'âge / age',
  'taille / size',
  'essais / tries',
  'pourquoi / why',
] as const;

/** One line each. Who it is about is nowhere in it: a list is pasted into a ticket. */
export function deliveryTable(deliveries: readonly Delivery[], now: number): string {
  return deliveries.length === 0
    ? 'Rien / nothing.'
    : tableWords([HEADINGS, ...deliveries.map((delivery) => cellsOf(delivery, now))]);
}

function cellsOf(delivery: Delivery, now: number): string[] {
  return [
    String(delivery.deliveryId),
    STATE_WORDS[delivery.state],
    KIND_WORDS[delivery.kind],
    delivery.destinationId,
    ageWords(now - Date.parse(delivery.enqueuedAt)),
    sizeWords(delivery.bytes),
    String(delivery.attempts),
    whyOf(delivery, now),
  ];
}

function whyOf({ fault, nextAttemptAt }: Delivery, now: number): string {
  const cause = fault === null ? '' : faultText(fault);
  const waitMs = nextAttemptAt === null ? 0 : Date.parse(nextAttemptAt) - now;
  const again = waitMs > 0 ? `nouvel essai dans / next try in ${ageWords(waitMs)}` : '';
  return [cause, again].filter((words) => words !== '').join('; ') || '-';
}
