import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';
import { createBus } from '../host/bus.ts';
import { streamIdOf } from '../host/names.ts';
import { openRecording } from '../host/recorder/openRecording.ts';
import { startRecorder } from '../host/recorder/recorder.ts';
import { createStream } from '../host/stream.ts';
import { importFile } from './importFile.ts';
import { hasCountsThatFit, type RecordableStream, recordable } from './recordable.ts';
import type { ImportedRecording, ImportedStream } from './recording.ts';

/** Larger than any ECG of an hour; a file is read whole into memory. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;
const ADAPTER_ID = 'file.import';
const ADAPTER_VERSION = '1.0.0';

export type ImportReport = {
  readonly recording: string;
  /** Annotations and warnings, beside the recording. */
  readonly notes: string;
  /** The same file was imported before; nothing was written. */
  readonly alreadyThere: boolean;
  readonly format: ImportedRecording['format'];
  readonly sourceSha256: string;
  readonly recordedAt: string | null;
  readonly device: ImportedRecording['device'];
  readonly streams: readonly {
    readonly name: string;
    readonly kind: ImportedStream['kind'];
    readonly rateHz: number;
    readonly channels: readonly string[];
    readonly samples: number;
  }[];
  readonly annotations: number;
  /** The file names a patient, who is not carried over: a caller compares them. */
  readonly namesPatient: boolean;
  readonly warnings: readonly string[];
};

/**
 * Reads an ECG file into a recording of its own in `folder`. Fails with IMPORT_NOT_FOUND, the faults
 * of `importFile`, or those of a recording that cannot be written; then no file is left behind that
 * claims to be whole.
 */
export async function importToRecording(
  file: string,
  folder: string,
  time: HostTime,
): Promise<Result<ImportReport>> {
  const bytes = await readWhole(file);
  if (!bytes.ok) {
    return bytes;
  }
  const imported = importFile(bytes.value, path.basename(file));
  if (!imported.ok) {
    return imported;
  }
  const sourceSha256 = createHash('sha256').update(bytes.value).digest('hex');
  const base = path.join(folder, `import-${sourceSha256.slice(0, 16)}`);
  const { streams, warnings } = recordable(imported.value);
  if (streams.length === 0) {
    return failed('IMPORT_UNSUPPORTED', { reason: 'import.noTrace' });
  }
  if (!hasCountsThatFit(imported.value)) {
    return failed('IMPORT_UNSUPPORTED', { reason: 'import.offset' });
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const report: ImportReport = {
    recording: `${base}.chariot`,
    notes: `${base}.json`,
    alreadyThere: await exists(`${base}.json`),
    format: imported.value.format,
    sourceSha256,
    recordedAt: imported.value.recordedAt,
    device: imported.value.device,
    streams: streams.map(({ spec, samples }) => ({
      name: spec.name,
      kind: spec.kind === 'ecg' ? 'ecg' : 'other',
      rateHz: spec.rateHz,
      channels: spec.channels.map((channel) => channel.name),
      samples,
    })),
    annotations: imported.value.annotations.length,
    namesPatient: imported.value.patient !== null,
    warnings: [...imported.value.warnings, ...warnings],
  };
  if (report.alreadyThere) {
    return ok(report);
  }
  // Left by an import that was cut short: appending to it would find its blocks there already.
  await rm(report.recording, { force: true });
  const written = await record(report, imported.value, streams, time);
  if (!written.ok) {
    await rm(report.recording, { force: true });
    return written;
  }
  // Written last, and whole or not at all: where the notes are, the recording is whole.
  const notes = { ...report, annotations: imported.value.annotations };
  const part = `${report.notes}.part`;
  await writeFile(part, `${JSON.stringify(notes, null, 2)}\n`, { mode: 0o600 });
  await rename(part, report.notes);
  return ok(report);
}

async function record(
  report: ImportReport,
  imported: ImportedRecording,
  streams: readonly RecordableStream[],
  time: HostTime,
): Promise<Result<unknown>> {
  const bus = createBus();
  const recorder = startRecorder({
    file: report.recording,
    recordingId: report.sourceSha256,
    bus,
    time,
    open: openRecording,
    after: Promise.resolve(),
    onOpened: () => undefined,
    onTrouble: () => undefined,
  });
  const opened = await recorder.opened;
  if (!opened.ok) {
    return opened;
  }
  const deviceId = `${ADAPTER_ID}:${report.sourceSha256.slice(0, 16)}`;
  for (const { spec, batches } of streams) {
    const stream = createStream({
      spec,
      deviceId,
      streamId: streamIdOf(deviceId, spec.name),
      time,
      publish: (item) => bus.publish(item),
      calibration: () => ({ state: 'none', dueDate: null }),
      carried: null,
      firstEpoch: 0,
    });
    stream.beginEpoch(identityOf(imported), {
      origin: 'stored',
      recordedAt: imported.recordedAt,
    });
    for (const batch of batches(time.nowNs())) {
      stream.accept(batch);
    }
  }
  return recorder.close();
}

function identityOf({ device, format }: ImportedRecording): DeviceIdentity {
  return {
    adapterId: ADAPTER_ID,
    adapterVersion: ADAPTER_VERSION,
    manufacturer: device.manufacturer === '' ? format : device.manufacturer,
    model: device.model === '' ? format : device.model,
    serialNumber: device.serialNumber,
    firmware: device.firmware,
  };
}

async function readWhole(file: string): Promise<Result<Uint8Array>> {
  try {
    const { size } = await stat(file);
    return size > MAX_FILE_BYTES
      ? failed('IMPORT_UNSUPPORTED', { reason: 'import.tooLarge', bytes: size })
      : ok(await readFile(file));
  } catch {
    return failed('IMPORT_NOT_FOUND', { file: path.basename(file) });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
