import { z } from 'zod';
import {
  type DeviceEvent,
  DeviceEventSchema,
  type Measurement,
  MeasurementSchema,
  type StreamDescriptor,
  StreamDescriptorSchema,
} from '../contracts/devices.ts';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { decodeBlock, type SampleBlock } from '../contracts/sampleBlock.ts';
import { isPreamble, PREAMBLE_BYTES, RECORD_KIND } from './format.ts';
import { newScanEnd, type ScanEnd, type ScannedRecord, scanRecords } from './scan.ts';
import type { PlainReader, Unwrap } from './sealed/types.ts';
import { openSource } from './source.ts';

export const RecordingHeaderSchema = z.object({
  recordingId: z.string().min(1),
  createdAt: z.iso.datetime(),
});
export type RecordingHeader = z.infer<typeof RecordingHeaderSchema>;

/** What a reader is told, in the order of the file. Blocks are valid during the call. */
export type RecordingVisitor = {
  readonly onHeader?: (header: RecordingHeader) => void;
  readonly onDescriptor?: (descriptor: StreamDescriptor, offset: number) => void;
  readonly onBlock?: (block: SampleBlock, bytes: Uint8Array, offset: number) => void;
  readonly onEvent?: (event: DeviceEvent) => void;
  readonly onMeasurement?: (measurement: Measurement) => void;
  /** A record whose checksum is right and whose content is not what its kind says. */
  readonly onMalformed?: () => void;
  /** Awaited after each record: a slow visitor holds the reading back. */
  readonly onStep?: () => Promise<void>;
};

export type RecordingEnd = ScanEnd & {
  /** Plain bytes: of a sealed recording, those of its content. */
  readonly fileBytes: number;
  /** Bytes after the last good record. */
  readonly tornBytes: number;
};

/**
 * Fails with RECORDING_NOT_FOUND, RECORDING_NOT_A_RECORDING, or as a sealed file that does not open;
 * damage is told in the result.
 */
export async function readRecording(
  file: string,
  visitor: RecordingVisitor,
  unwrap?: Unwrap,
): Promise<Result<RecordingEnd>> {
  const source = await openSource(file, unwrap);
  if (!source.ok) {
    return source;
  }
  const { plain, sealed } = source.value;
  try {
    const end = await readRecords(plain, visitor);
    return end.ok && sealed !== null
      ? ok({ ...end.value, tornBytes: end.value.tornBytes + sealed.tornBytes })
      : end;
  } finally {
    await plain.close();
  }
}

/** As `readRecording`, of an open source, which stays the caller's to close. */
export async function readRecords(
  source: PlainReader,
  visitor: RecordingVisitor,
): Promise<Result<RecordingEnd>> {
  const { size } = source;
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  const { bytesRead } = await source.read(preamble, 0, PREAMBLE_BYTES, 0);
  const end = newScanEnd();
  const isStart = bytesRead === PREAMBLE_BYTES && isPreamble(preamble);
  if (!isStart && preamble.some((byte) => byte !== 0)) {
    return failed('RECORDING_NOT_A_RECORDING');
  }
  // A sealed recording whose first chunk is damaged begins with a hole: what follows is still its own.
  for await (const record of scanRecords(source, isStart ? PREAMBLE_BYTES : 0, size, end)) {
    visitRecord(record, visitor);
    await visitor.onStep?.();
  }
  return ok({ ...end, fileBytes: size, tornBytes: size - end.goodEnd });
}

export function visitRecord(record: ScannedRecord, visitor: RecordingVisitor): void {
  switch (record.kind) {
    case RECORD_KIND.block: {
      const decoded = decodeBlock(record.payload);
      if (decoded.ok) {
        visitor.onBlock?.(decoded.block, record.payload, record.offset);
      } else {
        visitor.onMalformed?.();
      }
      return;
    }
    case RECORD_KIND.header:
      visitJson(record, RecordingHeaderSchema, visitor.onHeader, visitor.onMalformed);
      return;
    case RECORD_KIND.descriptor:
      visitJson(record, StreamDescriptorSchema, visitor.onDescriptor, visitor.onMalformed);
      return;
    case RECORD_KIND.event:
      visitJson(record, DeviceEventSchema, visitor.onEvent, visitor.onMalformed);
      return;
    case RECORD_KIND.measurement:
      visitJson(record, MeasurementSchema, visitor.onMeasurement, visitor.onMalformed);
      return;
  }
}

function visitJson<T>(
  record: ScannedRecord,
  schema: z.ZodType<T>,
  onValue: ((value: T, offset: number) => void) | undefined,
  onMalformed: (() => void) | undefined,
): void {
  const parsed = schema.safeParse(parseJson(record.payload));
  if (parsed.success) {
    onValue?.(parsed.data, record.offset);
  } else {
    onMalformed?.();
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
