import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { encodeAssociateResponse, encodePresentation, encodeRelease, parseApdu } from './apdu.ts';
import { readConfigReport } from './configuration.ts';
import { action, getAll, spoken } from './data.ts';
import { readMds } from './mds.ts';
import { readObservation } from './observation.ts';
import { readScanReport } from './scanReports.ts';
import { readEntries, readSegmentData, readSegments } from './segments.ts';
import { standardConfiguration } from './standardConfigurations.ts';

/** Example events of IEEE 11073-20601 annex H: 0190, 02BC. */
const EXAMPLES = [
  'e7000036003412380101002e0000ffffffff0d1d0024f00000000002001c0001000a00622007120612100000000a000a00482007120612100000',
  'e700003e003c0054010100360000004900500d1d002cf000000000020024000100120003000600780050006420071206121000000002000af2582007120612100000',
] as const;

const ASSOCIATION =
  'e2000032800000000001002a5079002680000000a0008000000040000000008000000008112233445566770702bc8480010100000000';

/** The parsers behind the manager, one transfer at a time. Its checks are lengths: no checksum. */
export const fuzzTarget: FuzzTarget = {
  name: 'ieee11073.phdc',
  frameBytes: 66,
  packets: true,
  // The shortest APDUs (release, abort): a choice out of six and a length; longer ones check more.
  checkBits: 29,
  seeds: () => [
    ...[ASSOCIATION, ...EXAMPLES].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
    encodeAssociateResponse({ result: 0, protocolVersion: 0x80000000, systemId: [1, 2] }),
    encodeRelease('rlrq'),
    encodePresentation(spoken(1, getAll(0))),
    encodePresentation(spoken(2, action(0, 0x0c17, [0x20, 0x07, 2, 1, 0x12, 5, 0, 0, 0, 0, 0, 0]))),
  ],
  create: () => {
    let accepted = 0;
    return {
      push: (chunk) => {
        const parsed = parseApdu(chunk);
        if (parsed.ok) {
          accepted++;
          readDeep(parsed.apdu);
        }
      },
      accepted: () => accepted,
    };
  },
};

function readDeep(apdu: Extract<ReturnType<typeof parseApdu>, { ok: true }>['apdu']): void {
  if (apdu.kind !== 'prst') {
    return;
  }
  const { message } = apdu.data;
  if (message.kind === 'getResult') {
    readMds(message.attributes);
  } else if (message.kind === 'actionResult') {
    readSegments(message.info);
  } else if (message.kind === 'event') {
    readConfigReport(message.info);
    const data = readSegmentData(message.info);
    if (data !== null) {
      readEntries(data.entries, data.count, { header: 0x8000, elements: [] });
    }
    const configuration = standardConfiguration(0x02bc);
    const report = configuration === null ? null : readScanReport(message, configuration);
    for (const scan of report?.scans ?? []) {
      const object = configuration?.objects.get(scan.handle);
      if (object !== undefined) {
        readObservation(scan.attributes, object, object.unit);
      }
    }
  }
}
