import type { Result } from '../../contracts/faults.ts';
import {
  checkStore,
  rotateKey,
  type StoreCheck,
  salvageStore,
} from '../../main/store/maintenance.ts';
import type { Protection, Salvage, StoreOptions } from '../../main/store/types.ts';
import { EXIT } from '../exitCodes.ts';
import { faultText } from '../faultText.ts';
import { complain, print, printJson } from '../say.ts';
import { STORE_OPTIONS, withStoreOptions } from '../store/withStore.ts';
import { readArguments, UsageError } from '../usage.ts';

/** Exit code `damaged` unless all of it is whole; reads only, also beside a Chariot that runs. */
export async function storeCheck(args: readonly string[]): Promise<number> {
  return withResult(args, checkStore, checkWords, ({ whole }) => (whole ? EXIT.ok : EXIT.damaged));
}

/** Nothing is asked and nothing is deleted: the database as it was is put aside. */
export async function storeSalvage(args: readonly string[]): Promise<number> {
  return withResult(args, salvageStore, salvageWords);
}

export async function storeRotateKey(args: readonly string[]): Promise<number> {
  return withResult(
    args,
    rotateKey,
    ({ generation }) => `Clé renouvelée / key renewed: génération / generation ${generation}`,
  );
}

async function withResult<T>(
  args: readonly string[],
  act: (options: StoreOptions) => Promise<Result<T>>,
  words: (value: T) => string,
  exitOf: (value: T) => number = () => EXIT.ok,
): Promise<number> {
  const { values, positionals } = readArguments(args, STORE_OPTIONS);
  const [word] = positionals;
  if (word !== undefined) {
    throw new UsageError(word);
  }
  return withStoreOptions(values, async (options) => {
    const result = await act(options);
    if (!result.ok) {
      return complain(result.fault);
    }
    if (values.json === true) {
      printJson(result.value);
    } else {
      print(words(result.value));
    }
    return exitOf(result.value);
  });
}

const PROTECTION_WORDS: Readonly<Record<Protection, string>> = {
  keystore: 'coffre du système / system key store',
  obfuscated: 'PAS PROTÉGÉE : ce système n’a pas de coffre / NOT PROTECTED: no key store here',
  passphrase: 'phrase de passe / passphrase',
};

const TROUBLE_WORDS: Readonly<Record<StoreCheck['files'][number]['trouble'], string>> = {
  missing: 'absent / missing',
  damaged: 'endommagé / damaged',
  noKey: 'clé absente / no key',
  unfinished: 'jamais terminé, intact jusqu’à sa fin / never ended, whole as far as it goes',
};

function checkWords(check: StoreCheck): string {
  const rows = Object.entries(check.rows).map(([table, count]) => `${table} ${count}`);
  return [
    check.whole ? 'Intact / whole' : 'ENDOMMAGÉ / DAMAGED',
    `base / database: génération ${check.generation}, version ${check.version}`,
    `clé / key: ${PROTECTION_WORDS[check.protection]}`,
    `lignes / rows: ${rows.join(', ')}`,
    `fichiers lus en entier / files read to their end: ${check.filesChecked}`,
    ...check.damage.map((words) => `  ✗ ${words}`),
    ...check.files.map(
      ({ folder, name, trouble }) => `  ${folder}/${name}: ${TROUBLE_WORDS[trouble]}`,
    ),
    ...check.warnings.map(faultText),
  ].join('\n');
}

function salvageWords({ rowsSaved, tablesDamaged, quarantine }: Salvage): string {
  const damaged = tablesDamaged.length === 0 ? 'aucune / none' : tablesDamaged.join(', ');
  return [
    `Sauvé / saved: ${rowsSaved} lignes / rows`,
    `tables endommagées / damaged: ${damaged}`,
    `l’ancienne base est ici / the old database is here: ${quarantine}`,
  ].join('\n');
}
