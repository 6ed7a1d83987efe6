import { careless, chariot } from './chariot.ts';
import { liteque } from './liteque.ts';
import { plainjob } from './plainjob.ts';
import type { Subject } from './subject.ts';

export const CHARIOT = chariot.name;
export const CARELESS = careless.name;
export const PEERS: readonly string[] = [plainjob.name, liteque.name];

const SUBJECTS: readonly Subject[] = [chariot, careless, plainjob, liteque];

export function findSubject(name: string): Subject {
  const found = SUBJECTS.find((subject) => subject.name === name);
  if (found === undefined) {
    throw new Error(`unknown: ${name}; known: ${SUBJECTS.map((one) => one.name).join(', ')}`);
  }
  return found;
}
