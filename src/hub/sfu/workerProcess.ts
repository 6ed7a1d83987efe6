import { createWorker, type types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { errorCode } from '../log.ts';
import { type ListenAddress, type Listener, openListener } from './listener.ts';

/** Longest time that a worker is given to end by itself, ms. */
const EXIT_PATIENCE = 2000;

/** One running mediasoup worker with its listening ports. */
export type WorkerProcess = {
  readonly worker: types.Worker;
  readonly media: Listener;
  readonly outside: Listener | null;
};

/** Fails with HUB_PORT_IN_USE or HUB_START_FAILED; then no process is left. */
export async function startWorkerProcess(options: {
  readonly workerBin: string | null;
  readonly media: ListenAddress;
  readonly outside: ListenAddress | null;
}): Promise<Result<WorkerProcess>> {
  const worker = await spawn(options.workerBin);
  if (!worker.ok) {
    return worker;
  }
  const media = await openListener(worker.value, options.media);
  if (!media.ok) {
    await stopWorker(worker.value);
    return media;
  }
  if (options.outside === null) {
    return ok({ worker: worker.value, media: media.value, outside: null });
  }
  const outside = await openListener(worker.value, options.outside);
  if (!outside.ok) {
    await stopWorker(worker.value);
    return outside;
  }
  return ok({ worker: worker.value, media: media.value, outside: outside.value });
}

async function spawn(workerBin: string | null): Promise<Result<types.Worker>> {
  try {
    return ok(
      await createWorker({ logLevel: 'error', ...(workerBin === null ? {} : { workerBin }) }),
    );
  } catch (error) {
    return failed('HUB_START_FAILED', { reason: `worker ${errorCode(error)}` });
  }
}

/** Resolves when the process is gone. */
export function stopWorker(worker: types.Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.subprocessClosed) {
      resolve();
      return;
    }
    const timer = setTimeout(() => process.kill(worker.pid, 'SIGKILL'), EXIT_PATIENCE);
    worker.once('subprocessclose', () => {
      clearTimeout(timer);
      resolve();
    });
    worker.close();
  });
}
