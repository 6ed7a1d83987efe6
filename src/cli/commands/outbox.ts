import { randomUUID } from 'node:crypto';
import type { Result } from '../../contracts/faults.ts';
import { DELIVERY_STATES, type Delivery, type DeliveryState } from '../../contracts/outbox.ts';
import { listDeliveries } from '../../main/outbox/queue/listing.ts';
import { createQueue } from '../../main/outbox/queue/queue.ts';
import type { DeliveryFilter, Queue } from '../../main/outbox/types.ts';
import type { Connection } from '../../main/store/types.ts';
import { EXIT, exitCodeOf } from '../exitCodes.ts';
import { faultText } from '../faultText.ts';
import { outboxStats } from '../outbox/stats.ts';
import { statsWords } from '../outbox/statsWords.ts';
import { deliveryTable } from '../outbox/table.ts';
import { print, printJson, remark } from '../say.ts';
import { STORE_OPTIONS, type StoreValues, withStore, withStoreToRead } from '../store/withStore.ts';
import { readArguments, UsageError } from '../usage.ts';

const STUCK: readonly DeliveryState[] = ['refused', 'quarantined'];
const UNFINISHED = DELIVERY_STATES.filter((state) => state !== 'done');
const PAGE = 500;

/** What is not done, or what is in the states asked for; also beside a Chariot that runs. */
export async function outboxList(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...STORE_OPTIONS,
    state: { type: 'string', multiple: true },
    act: { type: 'string' },
    all: { type: 'boolean' },
  });
  refuseWords(positionals);
  const filter: DeliveryFilter = {
    states: values.all === true ? DELIVERY_STATES : statesOf(values.state),
    ...(values.act === undefined ? {} : { actId: values.act }),
  };
  return withStoreToRead(values, ({ db }) => {
    const deliveries = readAll(db, filter);
    if (values.json === true) {
      deliveries.forEach(printJson);
    } else {
      print(deliveryTable(deliveries, Date.now()));
    }
    return EXIT.ok;
  });
}

export async function outboxStatsCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, STORE_OPTIONS);
  refuseWords(positionals);
  return withStoreToRead(values, ({ db }) => {
    const now = Date.now();
    const stats = outboxStats(db, now);
    if (values.json === true) {
      printJson(stats);
    } else {
      print(statsWords(stats, now));
    }
    return EXIT.ok;
  });
}

/** Those named, or all that wait for a person. */
export async function outboxRetry(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...STORE_OPTIONS,
    stuck: { type: 'boolean' },
  });
  if ((positionals.length === 0) !== (values.stuck === true)) {
    throw new UsageError('ID… | --stuck');
  }
  const named = positionals.map(deliveryId);
  return decide(values, values.json === true, (queue) => ({
    ids: values.stuck === true ? stuckIds(queue) : named,
    act: queue.retry,
    done: 'de nouveau en attente / waiting again',
  }));
}

/** The reason stays in the history: nobody else will know why it never arrived. */
export async function outboxResolve(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...STORE_OPTIONS,
    note: { type: 'string' },
  });
  const note = values.note?.trim() ?? '';
  if (positionals.length === 0 || note === '') {
    throw new UsageError('ID… --note TEXTE / TEXT');
  }
  const ids = positionals.map(deliveryId);
  return decide(values, values.json === true, (queue) => ({
    ids,
    act: (id) => queue.resolve(id, note),
    done: 'réglé / resolved',
  }));
}

type Decision = {
  readonly ids: readonly number[];
  readonly act: (deliveryId: number) => Promise<Result<unknown>>;
  readonly done: string;
};

/** Each by itself: one that is refused does not keep the others. @returns the worst exit code. */
async function decide(
  values: StoreValues,
  json: boolean,
  plan: (queue: Queue) => Decision,
): Promise<number> {
  return withStore(values, async (store) => {
    const runId = randomUUID();
    const queue = createQueue({ store, now: Date.now, random: Math.random, runId });
    const { ids, act, done } = plan(queue);
    let exit: number = EXIT.ok;
    for (const id of ids) {
      const result = await act(id);
      exit = tell(id, result, done, json) ?? exit;
    }
    if (ids.length === 0) {
      remark('Rien n’attend personne / nothing waits for anybody.');
    }
    return exit;
  });
}

/** @returns the exit code of a failure. */
function tell(id: number, result: Result<unknown>, done: string, json: boolean): number | null {
  if (json) {
    printJson({ deliveryId: id, fault: result.ok ? null : result.fault });
  } else if (result.ok) {
    print(`${id}\t${done}`);
  } else {
    remark(`${id}\t${faultText(result.fault)}`);
  }
  return result.ok ? null : exitCodeOf(result.fault.code);
}

function stuckIds(queue: Queue): number[] {
  const limit = Number.MAX_SAFE_INTEGER;
  return queue.list({ states: STUCK, limit }).map(({ deliveryId: id }) => id);
}

/** Of one moment, however long the list is. */
function readAll(db: Connection, filter: DeliveryFilter): Delivery[] {
  const read = db.transaction(() => {
    const found: Delivery[] = [];
    for (;;) {
      const after = found.at(-1)?.deliveryId;
      const page = { ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) };
      const rows = listDeliveries(db, page);
      found.push(...rows);
      if (rows.length < PAGE) {
        return found;
      }
    }
  });
  return read.deferred();
}

function statesOf(names: readonly string[] | undefined): readonly DeliveryState[] {
  return names === undefined
    ? UNFINISHED
    : names.map((name) => {
        const state = DELIVERY_STATES.find((one) => one === name);
        if (state === undefined) {
          throw new UsageError(`--state ${DELIVERY_STATES.join(' | ')}`);
        }
        return state;
      });
}

function deliveryId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new UsageError(`ID: ${text}`);
  }
  return Number(text);
}

function refuseWords([word]: readonly string[]): void {
  if (word !== undefined) {
    throw new UsageError(word);
  }
}
