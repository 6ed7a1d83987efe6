import { errors } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';

/**
 * Runs a mediasoup call whose arguments came from a peer. mediasoup rejects bad arguments by
 * exceptions of many classes, and the worker by the text of its own: all are the peer's fault,
 * unless the worker is gone.
 */
export async function attempt<T>(run: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await run());
  } catch (error) {
    return failed(
      error instanceof errors.WorkerClosedError ? 'MEDIA_WORKER_DIED' : 'MEDIA_REJECTED',
    );
  }
}
