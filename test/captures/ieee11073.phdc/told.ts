import { type Apdu, parseApdu } from '../../../src/devices/ieee11073.phdc/apdu.ts';
import {
  type Configuration,
  readConfigReport,
} from '../../../src/devices/ieee11073.phdc/configuration.ts';
import type { DataMessage } from '../../../src/devices/ieee11073.phdc/data.ts';
import { readObservation } from '../../../src/devices/ieee11073.phdc/observation.ts';
import { readScanReport } from '../../../src/devices/ieee11073.phdc/scanReports.ts';

/** For tests: what an example says, in a form that can be written beside its bytes. */
export function apduOf(bytes: Uint8Array): Apdu {
  const parsed = parseApdu(bytes);
  if (!parsed.ok) throw new Error(`refused: ${parsed.problem}`);
  return parsed.apdu;
}

export function messageOf(bytes: Uint8Array): DataMessage {
  const apdu = apduOf(bytes);
  if (apdu.kind !== 'prst') throw new Error(`${apdu.kind} is no data`);
  return apdu.data.message;
}

export function configurationOf(bytes: Uint8Array): Configuration {
  const message = messageOf(bytes);
  const found = message.kind === 'event' ? readConfigReport(message.info) : null;
  if (found === null) throw new Error('no configuration');
  return found;
}

/** `<handle>: <code> <unit> [<attribute>/<length>...]` of each object. */
export function objectsOf(configuration: Configuration): string[] {
  return [...configuration.objects.values()].map((object) => {
    const { handle, type, unit, metricIds, valueMaps, scanner } = object;
    const maps = valueMaps.map((map) =>
      map.map(({ id, length }) => `${id.toString(16)}/${length}`).join(' '),
    );
    const scans = (scanner?.map ?? []).map((entry) => entry.handle);
    const parts = metricIds.length === 0 ? '' : `(${metricIds.join(' ')}) `;
    return scanner === null
      ? `${handle}: ${type?.code} ${parts}${unit} [${maps.join('|')}]`
      : `${handle}: scanner of ${scans.join(' ')}`;
  });
}

/** `[<person>/]<handle> <code>=<value> <unit> @<time>` of each observation. */
export function valuesOf(
  event: { readonly type: number; readonly handle: number; readonly info: Uint8Array },
  configuration: Configuration,
): string[] {
  const report = readScanReport(event, configuration);
  if (report === null) throw new Error('no report');
  if (report.refused > 0) throw new Error(`${report.refused} refused`);
  return report.scans.map((scan) => {
    const object = configuration.objects.get(scan.handle);
    if (object === undefined) throw new Error(`no object ${scan.handle}`);
    const { values, time, refused } = readObservation(scan.attributes, object, object.unit);
    const numbers = values.map(
      ({ type, number, unit }) => `${type.code}=${number.value ?? number.special} ${unit}`,
    );
    const who = scan.person === null ? '' : `${scan.person}/`;
    return `${who}${scan.handle} ${numbers.join(', ')} @${time?.text ?? '-'}${refused > 0 ? ' !' : ''}`;
  });
}
