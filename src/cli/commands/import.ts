import { importRecording } from '../../devices/cliSupport.ts';
import { EXIT } from '../exitCodes.ts';
import { complain, printJson } from '../say.ts';
import { readArguments, UsageError } from '../usage.ts';

/** Reads an ECG file into a recording; a file that cannot be read whole is refused, with the reason. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    to: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [file] = positionals;
  if (file === undefined || values.to === undefined) {
    throw new UsageError('FILE --to DIR');
  }
  const imported = await importRecording(file, values.to);
  if (!imported.ok) {
    return complain(imported.fault);
  }
  printJson(imported.value);
  return EXIT.ok;
}
