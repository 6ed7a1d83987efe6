import type { DocumentContext } from '../sources.ts';
import { type Places, referenceTo, taggedEntryOf } from './entry.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Reference } from './types.ts';
import { coding, concept, instant } from './values.ts';

export type Agents = {
  readonly assembler: Entry;
  readonly operator: Reference | null;
  /** Who signed, or would; null: nobody is named. */
  readonly author: Reference | null;
};

/**
 * Who made these resources, when and with what. R4 gives Provenance no identifier: a tag stands for
 * one. It holds no signature: what is signed is the report's text, and by a name only.
 */
export function provenanceEntry(
  places: Places,
  { act, objectId }: DocumentContext,
  targets: readonly Entry[],
  { assembler, operator, author }: Agents,
): Entry {
  const end = instant(act.endedAt ?? act.startedAt);
  const resource = {
    resourceType: 'Provenance',
    target: targets.map(referenceTo),
    occurredPeriod: { start: instant(act.startedAt), end },
    recorded: end,
    activity: concept(SYSTEM.dataOperation, 'CREATE'),
    agent: [
      { type: concept(SYSTEM.provenanceAgent, 'assembler'), who: referenceTo(assembler) },
      ...agent('performer', operator),
      ...agent('author', author),
    ],
  };
  return taggedEntryOf(places, resource, coding(SYSTEM.object, objectId));
}

function agent(type: 'performer' | 'author', who: Reference | null): object[] {
  return who === null ? [] : [{ type: concept(SYSTEM.provenanceAgent, type), who }];
}
