import { FaultCodeSchema } from '../../contracts/faults.ts';
import { DELIVERY_STATES } from '../../contracts/outbox.ts';
import { faultText } from '../faultText.ts';
import type { OutboxStats } from './stats.ts';
import { ageWords, STATE_WORDS, sizeWords, tableWords } from './words.ts';

export function statsWords(stats: OutboxStats, now: number): string {
  const since =
    stats.oldestWaitingAt === null
      ? ''
      : `, depuis / for ${ageWords(now - Date.parse(stats.oldestWaitingAt))}`;
  return [
    `à envoyer / to send: ${stats.waiting} (${sizeWords(stats.waitingBytes)}${since})`,
    `en cours / under way: ${stats.sending}`,
    `attendent une personne / waiting for a person: ${stats.stuck}`,
    ...stats.stuckBy.map(({ code, deliveries }) => `  ${deliveries}  ${whyWords(code)}`),
    `envoyés aujourd’hui / sent today: ${stats.doneToday}`,
    ...destinationWords(stats.destinations),
  ].join('\n');
}

function whyWords(code: string): string {
  const known = FaultCodeSchema.safeParse(code);
  return known.success ? faultText({ code: known.data }) : code;
}

function destinationWords(destinations: OutboxStats['destinations']): string[] {
  if (destinations.length === 0) {
    return ['Aucun destinataire / no destination.'];
  }
  const headings = ['vers / to', ...DELIVERY_STATES.map((state) => STATE_WORDS[state])];
  const rows = destinations.map(({ destinationId, enabled, deliveries, confirmed }) => [
    enabled ? destinationId : `${destinationId} (arrêté / off)`,
    ...DELIVERY_STATES.map((state) => String(deliveries[state])),
    String(confirmed),
  ]);
  return ['', tableWords([[...headings, 'confirmé / confirmed'], ...rows])];
}
