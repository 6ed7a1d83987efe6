import { open } from 'node:fs/promises';
import { z } from 'zod';
import {
  type DeviceEvent,
  DeviceEventSchema,
  type Measurement,
  MeasurementSchema,
  type StreamDescriptor,
  StreamDescriptorSchema,
} from '../../../contracts/devices.ts';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import { decodeBlock, type SampleBlock } from '../../../contracts/sampleBlock.ts';
import { isPreamble, PREAMBLE_BYTES, RECORD_KIND } from './format.ts';
import { newScanEnd, type ScanEnd, type ScannedRecord, scanRecords } from './scan.ts';

export const RecordingHeaderSchema = z.object({
  recordingId: z.string().min(1),
  createdAt: z.iso.datetime(),
});
export type RecordingHeader = z.infer<typeof RecordingHeaderSchema>;

/** What a reader is told, in the order of the file. Blocks are valid during the call. */
export type RecordingVisitor = {
  readonly onHeader?: (header: RecordingHeader) => void;
  readonly onDescriptor?: (descriptor: StreamDescriptor) => void;
  readonly onBlock?: (block: SampleBlock, bytes: Uint8Array, offset: number) => void;
  readonly onEvent?: (event: DeviceEvent) => void;
  readonly onMeasurement?: (measurement: Measurement) => void;
  /** A record whose checksum is right and whose content is not what its kind says. */
  readonly onMalformed?: () => void;
  /** Awaited after each record: a slow visitor holds the reading back. */
  readonly onStep?: () => Promise<void>;
};

export type RecordingEnd = ScanEnd & {
  readonly fileBytes: number;
  /** Bytes after the last good record. */
  readonly tornBytes: number;
};

/** Fails with RECORDING_NOT_FOUND or RECORDING_NOT_A_RECORDING; damage is told in the result. */
export async function readRecording(
  file: string,
  visitor: RecordingVisitor,
): Promise<Result<RecordingEnd>> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) {
    return failed('RECORDING_NOT_FOUND', { file });
  }
  try {
    const { size } = await handle.stat();
    const preamble = new Uint8Array(PREAMBLE_BYTES);
    const { bytesRead } = await handle.read(preamble, 0, PREAMBLE_BYTES, 0);
    if (bytesRead < PREAMBLE_BYTES || !isPreamble(preamble)) {
      return failed('RECORDING_NOT_A_RECORDING', { file });
    }
    const end = newScanEnd();
    for await (const record of scanRecords(handle, PREAMBLE_BYTES, size, end)) {
      visit(record, visitor);
      await visitor.onStep?.();
    }
    return ok({ ...end, fileBytes: size, tornBytes: size - end.goodEnd });
  } finally {
    await handle.close();
  }
}

function visit(record: ScannedRecord, visitor: RecordingVisitor): void {
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
  onValue: ((value: T) => void) | undefined,
  onMalformed: (() => void) | undefined,
): void {
  const parsed = schema.safeParse(parseJson(record.payload));
  if (parsed.success) {
    onValue?.(parsed.data);
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
