import { ok, type Result } from '../../contracts/faults.ts';
import { fileFault, sqliteFault } from './sqliteFaults.ts';

/** Failures of the disk and the database become values; bugs throw on. */
export function attempt<T>(action: () => T): Result<T> {
  try {
    return ok(action());
  } catch (error) {
    return { ok: false, fault: diskFault(error) };
  }
}

export async function attemptAsync<T>(action: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await action());
  } catch (error) {
    return { ok: false, fault: diskFault(error) };
  }
}

function diskFault(error: unknown) {
  const isOfTheSystem = error instanceof Error && 'errno' in error;
  const fault = sqliteFault(error) ?? (isOfTheSystem ? fileFault(error) : null);
  if (fault === null) {
    throw error;
  }
  return fault;
}
