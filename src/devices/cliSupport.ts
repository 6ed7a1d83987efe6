import type { StreamDescriptor } from '../contracts/devices.ts';
import { ok, type Result } from '../contracts/faults.ts';
import type { SampleBlock } from '../contracts/sampleBlock.ts';
import { type RecordingEnd, type RecordingVisitor, readRecording } from '../record/reader.ts';
import type { Unwrap } from '../record/sealed/types.ts';
import { leadFlags, leadValues, shownLeads } from '../signal/leads.ts';
import { systemTime } from './_sdk/time.ts';
import { type DeviceList, listDevices as listAll } from './_transport/discovery.ts';
import { type ImportReport, importToRecording } from './file.import/toRecording.ts';
import { ADAPTERS } from './registry.ts';

export type { RecordingReport } from '../record/verify.ts';
/** What the command line and benches use of the device layer, in their own process. */
export { verifyRecording } from '../record/verify.ts';
export type { DeviceList } from './_transport/discovery.ts';
export { identifyAt, probeDevice, readDevice } from './cliDevice.ts';

export function listDevices(): Promise<DeviceList> {
  return listAll(ADAPTERS.map((adapter) => adapter.manifest));
}

export function adapterIds(): string[] {
  return ADAPTERS.map((adapter) => adapter.manifest.adapterId);
}

export function importRecording(file: string, folder: string): Promise<Result<ImportReport>> {
  return importToRecording(file, folder, systemTime);
}

export type RecordingInfo = RecordingEnd & {
  readonly recordingId: string | null;
  readonly createdAt: string | null;
  readonly streams: readonly StreamDescriptor[];
};

/** What a recording says about itself: its header and the descriptors of its epochs. */
export async function recordingInfo(file: string, unwrap?: Unwrap): Promise<Result<RecordingInfo>> {
  const streams: StreamDescriptor[] = [];
  const headers: { recordingId: string; createdAt: string }[] = [];
  const visitor = {
    onHeader: (header: (typeof headers)[number]) => void headers.push(header),
    onDescriptor: (descriptor: StreamDescriptor) => void streams.push(descriptor),
  };
  const end = await readRecording(file, visitor, unwrap);
  return end.ok
    ? ok({
        ...end.value,
        recordingId: headers[0]?.recordingId ?? null,
        createdAt: headers[0]?.createdAt ?? null,
        streams,
      })
    : end;
}

/**
 * One line for each sample: `stream,epoch,sample,deviceTimeMs,<lead>_<unit>...,flags`. `flags` are the
 * bits of CHANNEL_FLAG of all leads together. Streams of other leads are tables of their own, each
 * under its heading, one after the other. `settle` is awaited after each record, so that a slow
 * writer holds the reading back. Fails as `readRecording` does.
 */
export async function exportCsv(
  file: string,
  writeLine: (line: string) => void,
  settle: () => Promise<void>,
  unwrap?: Unwrap,
): Promise<Result<{ lines: number }>> {
  const headings = new Set<string>();
  const onDescriptor = (descriptor: StreamDescriptor) => void headings.add(headingOf(descriptor));
  const looked = await readRecording(file, { onDescriptor }, unwrap);
  if (!looked.ok) {
    return looked;
  }
  let lines = 0;
  for (const heading of headings) {
    const table = await exportTable(file, heading, writeLine, settle, unwrap);
    if (!table.ok) {
      return table;
    }
    lines += table.value.lines;
  }
  return ok({ lines });
}

/** Only streams with this heading; it is written before their first sample. */
async function exportTable(
  file: string,
  heading: string,
  writeLine: (line: string) => void,
  settle: () => Promise<void>,
  unwrap: Unwrap | undefined,
): Promise<Result<{ lines: number }>> {
  const descriptors = new Map<number, StreamDescriptor>();
  let lines = 0;
  const visitor: RecordingVisitor = {
    onDescriptor: (descriptor) => void descriptors.set(descriptor.streamId, descriptor),
    onBlock: (block) => {
      const descriptor = descriptors.get(block.streamId);
      if (descriptor === undefined || headingOf(descriptor) !== heading) {
        return;
      }
      if (lines === 0) {
        writeLine(heading);
      }
      for (const line of csvLines(block, descriptor)) {
        writeLine(line);
        lines++;
      }
    },
    onStep: settle,
  };
  const end = await readRecording(file, visitor, unwrap);
  return end.ok ? ok({ lines }) : end;
}

function headingOf(descriptor: StreamDescriptor): string {
  const leads = shownLeads(descriptor)
    .map(({ name, unit }) => `${name}_${unit}`)
    .join(',');
  return `stream,epoch,sample,deviceTimeMs,${leads},flags`;
}

const LEAST_DECIMALS = 3;
const MOST_DECIMALS = 9;

/** So many that neighbouring counts of the finest channel stay apart. */
function decimalsOf({ channels }: SampleBlock): number {
  const finest = Math.min(...channels.map(({ scale }) => Math.abs(scale) || 1));
  return Math.min(MOST_DECIMALS, Math.max(LEAST_DECIMALS, Math.ceil(-Math.log10(finest))));
}

function* csvLines(block: SampleBlock, descriptor: StreamDescriptor): Generator<string> {
  const leads = shownLeads(descriptor);
  const values = leads.map((lead) => {
    const out = new Float64Array(block.samplesPerChannel);
    leadValues(block, lead, out);
    return out;
  });
  const flags = leads.reduce((bits, lead) => bits | leadFlags(block, lead), 0);
  const decimals = decimalsOf(block);
  for (let index = 0; index < block.samplesPerChannel; index++) {
    const sample = block.firstSample + index;
    const time = block.deviceTimeMs + (index * 1000) / block.rateHz;
    const row = values.map((lead) => (lead[index] ?? 0).toFixed(decimals)).join(',');
    yield `${block.streamId},${block.epoch},${sample},${time.toFixed(3)},${row},${flags}`;
  }
}
