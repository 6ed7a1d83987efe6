import { createHash } from 'node:crypto';
import path from 'node:path';
import { failed, type Result } from '../../contracts/faults.ts';
import { unwrapWith } from '../../main/store/unwrap.ts';
import { EXIT } from '../exitCodes.ts';
import { subjectOfPicture } from '../export/fromPicture.ts';
import { subjectOfFile, subjectOfPlainRecording } from '../export/fromRecording.ts';
import { makeFromStore } from '../export/fromStore.ts';
import { EXPORT_KINDS } from '../export/kinds.ts';
import { type Made, makeOfCapture } from '../export/make.ts';
import { noteWords } from '../export/notes.ts';
import { siteOf, softwareVersion } from '../export/site.ts';
import type { Order, Subject } from '../export/subject.ts';
import { EXPORT_OPTIONS, readExportWords } from '../export/words.ts';
import { writeOut } from '../export/writeOut.ts';
import { type FileStart, fileStart } from '../fileStart.ts';
import { sizeWords } from '../outbox/words.ts';
import { complain, print, printJson, remark } from '../say.ts';
import { dataFolderOf, STORE_OPTIONS, withStoreToRead } from '../store/withStore.ts';
import { readArguments, UsageError } from '../usage.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * One document, of a capture, a recording, an act or a file. The store is opened, to be read, only
 * where the source is in it.
 */
export async function exportCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { ...STORE_OPTIONS, ...EXPORT_OPTIONS });
  const [word, source, out, more] = positionals;
  const kind = EXPORT_KINDS.find((one) => one === word);
  if (kind === undefined || source === undefined || out === undefined || more !== undefined) {
    throw new UsageError(`${EXPORT_KINDS.join(' | ')}  SOURCE OUT`);
  }
  if (path.resolve(source) === path.resolve(out)) {
    throw new UsageError(`OUT = SOURCE: ${out}`);
  }
  const folder = dataFolderOf(values);
  const place = { site: siteOf(folder), software: softwareVersion() };
  const order: Order = { kind, source, words: readExportWords(values), place };
  const finish = (made: Result<Made>) => write(made, out, values.json === true);
  const start = await fileStart(source);
  if (start.is === 'sealed' || (start.is === 'absent' && UUID.test(source))) {
    return withStoreToRead(values, async ({ db, fileKeys }) =>
      finish(await makeFromStore({ db, folder, unwrap: unwrapWith(fileKeys) }, order, start)),
    );
  }
  const subject = await OPEN[start.is](order);
  return finish(subject.ok ? await makeOfCapture(order, subject.value) : subject);
}

type Open = (order: Order) => Promise<Result<Subject>>;

const nothing: Open = ({ source }) =>
  Promise.resolve(failed('IMPORT_NOT_FOUND', { file: path.basename(source) }));

const OPEN: Readonly<Record<FileStart['is'], Open>> = {
  picture: subjectOfPicture,
  recording: subjectOfPlainRecording,
  other: subjectOfFile,
  sealed: nothing,
  absent: nothing,
};

/** Exit code `damaged` where the document was made of what is left of a damaged recording. */
async function write(made: Result<Made>, out: string, json: boolean): Promise<number> {
  if (!made.ok) {
    return complain(made.fault);
  }
  const { bytes, isDamaged, ...facts } = made.value;
  try {
    await writeOut(out, bytes);
  } catch (error) {
    remark(error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (json) {
    printJson({ out, bytes: bytes.length, sha256, isDamaged, ...facts });
  } else {
    const notes = facts.notes.map((note) => `\n  ${noteWords(note)}`);
    print(`${out}: ${sizeWords(bytes.length)}, ${facts.mediaType}${notes.join('')}`);
  }
  if (isDamaged) {
    remark('L’enregistrement est endommagé : ce qui manque est marqué comme perdu.');
    remark('The recording is damaged: what is missing is marked as lost.');
  }
  return isDamaged ? EXIT.damaged : EXIT.ok;
}
