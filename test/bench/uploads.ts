import { median, percentile, type Row, row } from './rows.ts';
import { type Carried, LOAD } from './uploads/line.ts';
import { carryOurs } from './uploads/ours.ts';
import { carryPlainTus } from './uploads/plainTus.ts';
import { firstByteAfterKill } from './uploads/restart.ts';

const SECOND = 1000;
const CHUNK = 512 * 1024;
/** The shipped watch of 60 s would make most of the time a waiting for black holes. */
const IDLE_MS = 5 * SECOND;
/** As long as the plain client is waited for, for one object. */
const PATIENCE_MS = 60 * SECOND;
const PEER = 'tus-js-client 4.3.1 + @tus/server as shipped';

/** P3: uploads over a line that breaks in every way, ours and plain tus on the same faults. */
export async function benchUploads(options: {
  readonly rounds: number;
  readonly say: (words: string) => void;
}): Promise<Row[]> {
  const ours: Carried[] = [];
  const theirs: Carried[] = [];
  const restarts: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    options.say(`uploads: round ${round} of ${options.rounds}`);
    ours.push(await carryOurs(LOAD, IDLE_MS));
    theirs.push(await carryPlainTus(LOAD, PATIENCE_MS));
    restarts.push(await firstByteAfterKill());
  }
  return [...arrivals(ours, theirs), ...costs(ours, theirs), ...times(ours, theirs, restarts)];
}

const peer = (theirs: number) => ({ comparedWith: PEER, theirs });
const most = (values: readonly number[]): number => Math.max(...values);

function arrivals(ours: readonly Carried[], theirs: readonly Carried[]): Row[] {
  const count = LOAD.sizes.length;
  const missing = (of: readonly Carried[]): number => most(of.map(({ whole }) => count - whole));
  const extra = (of: readonly Carried[]): number => most(of.map((one) => one.extra));
  return [
    row({
      metric: `objects of ${count} that did not arrive whole, worst round`,
      ours: missing(ours),
      unit: 'objects',
      ...peer(missing(theirs)),
      goal: '0',
      pass: missing(ours) === 0,
    }),
    row({
      metric: 'complete copies too many, worst round',
      ours: extra(ours),
      unit: 'copies',
      ...peer(extra(theirs)),
      goal: '0',
      pass: extra(ours) === 0,
    }),
  ];
}

function costs(ours: readonly Carried[], theirs: readonly Carried[]): Row[] {
  const share = ({ againBytes, bytes }: Carried): number => (100 * againBytes) / bytes;
  const allowed = ({ bytes, breaks }: Carried): number => 0.02 * bytes + breaks * CHUNK;
  return [
    row({
      metric: 'bytes sent again, worst round',
      ours: most(ours.map(share)),
      unit: '% of all',
      ...peer(most(theirs.map(share))),
      goal: '<= 2 % + 512 KiB a break',
      pass: ours.every((one) => one.againBytes <= allowed(one)),
    }),
    row({
      metric: 'bytes sent again per break, median round',
      ours: median(ours.map(({ againBytes, breaks }) => againBytes / breaks / 1024)),
      unit: 'KiB',
      ...peer(median(theirs.map(({ againBytes, breaks }) => againBytes / breaks / 1024))),
      goal: '<= 512 KiB',
      pass: ours.every(({ againBytes, breaks }) => againBytes <= breaks * CHUNK),
    }),
  ];
}

function times(
  ours: readonly Carried[],
  theirs: readonly Carried[],
  restarts: readonly number[],
): Row[] {
  const resumed = (of: readonly Carried[]): number[] => of.flatMap(({ resumedMs }) => resumedMs);
  const slowest = percentile(resumed(ours), 1);
  return [
    row({
      metric: 'first request after the link returned, slowest',
      ours: slowest,
      unit: 'ms',
      ...peer(percentile(resumed(theirs), 1)),
      goal: '<= 1500 ms',
      pass: slowest <= 1_500,
    }),
    row({
      metric: 'first request after kill -9 and start, slowest',
      ours: most(restarts),
      unit: 'ms',
      goal: '<= 1500 ms',
      pass: most(restarts) <= 1_500,
    }),
    row({
      metric: 'all of it, median round',
      ours: median(ours.map(({ seconds }) => seconds)),
      unit: 's',
      ...peer(median(theirs.map(({ seconds }) => seconds))),
      goal: 'told',
      pass: true,
    }),
  ];
}
