import { type Fault, type FaultCode, failed, type Result } from '../../contracts/faults.ts';
import { attemptAsync } from '../store/attempt.ts';

/** What a document cannot show for good: it goes without, and says so. */
const LASTING: ReadonlySet<FaultCode> = new Set([
  'CAPTURE_UNKNOWN',
  'EXPORT_NO_SIGNAL',
  'EXPORT_RATE_REFUSED',
  'EXPORT_SOURCE_DAMAGED',
  'EXPORT_TOO_MANY_CHANNELS',
  'EXPORT_UNSUPPORTED',
  'RECORDING_CORRUPT',
  'RECORDING_NOT_A_RECORDING',
  'RECORDING_NOT_FOUND',
]);

/** True: one capture is at fault, and no waiting mends it; the rest of the act must still leave. */
export function isOfOneCapture({ code }: Fault): boolean {
  return LASTING.has(code);
}

/** What the files of the store say, in the words of an export. */
export function asExportFault<T>(result: Result<T>, missing: FaultCode): Result<T> {
  if (result.ok) {
    return result;
  }
  const { code } = result.fault;
  if (code === 'RECORDING_NOT_FOUND') {
    return failed(missing);
  }
  const isDamaged = code === 'SEALED_DAMAGED' || code === 'SEALED_NOT_SEALED';
  return isDamaged ? failed('EXPORT_SOURCE_DAMAGED') : result;
}

/** Failures of the disk become values; bugs throw on. */
export async function settled<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  const done = await attemptAsync(work);
  return done.ok ? done.value : done;
}
