import type { TraceReader } from '../_sdk/adapter.ts';
import { type Apdu, parseApdu } from './apdu.ts';
import { type Configuration, readConfigReport } from './configuration.ts';
import type { DataApdu, DataMessage, EventReport } from './data.ts';
import { metricOf } from './metrics.ts';
import { EVENT } from './nomenclature.ts';
import { readObservation } from './observation.ts';
import { isScanReport, readScanReport } from './scanReports.ts';
import { readSegmentData } from './segments.ts';
import { standardConfiguration } from './standardConfigurations.ts';

const ASSOCIATION_RESULTS = [
  'accepted',
  'rejected for good',
  'rejected for now',
  'accepted, configuration unknown',
  'no common protocol',
  'no common parameter',
  'rejected',
  'not authorised',
  'version not supported',
];

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** Lines such as `AARQ configuration 02BC` and `event 0D1D: systolicPressure 120, meanPressure 100`. */
export function readTrace(): TraceReader {
  let configuration: Configuration | null = null;

  function lineOf(apdu: Apdu): string {
    if (apdu.kind === 'prst') {
      return `${hex(apdu.data.invokeId)} ${dataLine(apdu.data)}`;
    }
    if (apdu.kind === 'aare') {
      return `AARE ${ASSOCIATION_RESULTS[apdu.result] ?? apdu.result}`;
    }
    if (apdu.kind !== 'aarq') {
      return `${apdu.kind.toUpperCase()} ${apdu.reason}`;
    }
    configuration = standardConfiguration(apdu.offer?.configurationId ?? 0);
    return apdu.offer === null
      ? 'AARQ without IEEE 11073-20601'
      : `AARQ configuration ${hex(apdu.offer.configurationId)}`;
  }

  function dataLine({ message }: DataApdu): string {
    return message.kind === 'event' ? eventLine(message) : operationLine(message);
  }

  function eventLine(event: EventReport): string {
    if (event.type === EVENT.configuration) {
      configuration = readConfigReport(event.info);
      return configuration === null
        ? 'configuration, unreadable'
        : `configuration ${hex(configuration.id)}: ${configuration.objects.size} objects`;
    }
    if (event.type === EVENT.segmentData) {
      const data = readSegmentData(event.info);
      return data === null
        ? 'segment data, unreadable'
        : `segment ${data.instance}: ${data.count} entries from ${data.first}, status ${hex(data.status)}`;
    }
    if (!isScanReport(event.type) || configuration === null) {
      return `event ${hex(event.type)}`;
    }
    return `event ${hex(event.type)}: ${valuesOf(event, configuration)}`;
  }

  return (_direction, bytes) => {
    const parsed = parseApdu(bytes);
    return [parsed.ok ? lineOf(parsed.apdu) : `refused: ${parsed.problem}, ${bytes.length} bytes`];
  };
}

function operationLine(message: Exclude<DataMessage, EventReport>): string {
  let line: string;
  switch (message.kind) {
    case 'eventResult':
      line = `event ${hex(message.type)} answered`;
      break;
    case 'get':
    case 'set':
      line = `${message.kind} ${message.handle}`;
      break;
    case 'action':
      line = `action ${hex(message.type)} on ${message.handle}`;
      break;
    case 'getResult':
    case 'setResult':
      line = `${message.kind} ${message.handle}: ${message.attributes.length} attributes`;
      break;
    case 'actionResult':
      line = `action ${hex(message.type)} done`;
      break;
    case 'error':
      line = `error ${message.code}`;
      break;
    case 'reject':
      line = `reject ${message.problem}`;
  }
  return line;
}

function valuesOf(event: EventReport, configuration: Configuration): string {
  const report = readScanReport(event, configuration);
  if (report === null) {
    return 'unreadable';
  }
  const values = report.scans.flatMap((scan) => {
    const object = configuration.objects.get(scan.handle);
    if (object === undefined) {
      return [];
    }
    return readObservation(scan.attributes, object, object.unit).values.map(
      ({ type, number }) =>
        `${metricOf(type, object.supplemental)?.name ?? type.code} ${number.value ?? number.special}`,
    );
  });
  return values.length === 0 ? `${report.scans.length} objects` : values.join(', ');
}
