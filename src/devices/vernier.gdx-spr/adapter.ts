import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink, SampleSource } from '../_sdk/adapter.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createLink, type GoDirectLink } from './link.ts';
import { GDX_SPR_MANIFEST } from './manifest.ts';
import { createMeasurementReader } from './measurements.ts';
import { SUB } from './protocol.ts';
import {
  type DeviceInfo,
  type DeviceState,
  parseInfo,
  parseMask,
  parseSensor,
  parseStatus,
  type Selection,
  type Sensor,
  selectSensors,
} from './sensors.ts';
import { readGdxTrace } from './trace.ts';

const ORDER_CODE = 'GDX-SPR';
const SENSORS = 31;
const BATTERY_LOW_PERCENT = 10;
const CHARGING_IDLE = 0;
/** In byte 6 of the answers to start and stop. */
const DONE = 0;

type Opened = { readonly link: GoDirectLink; readonly selection: Selection };

/** What the probe learned of the device at a transport's end: the source needs it before it starts. */
const opened = new WeakMap<Transport, Opened>();

async function asked<T>(
  link: GoDirectLink,
  sub: readonly number[],
  parse: (answer: Uint8Array) => T | null,
): Promise<Result<T>> {
  const answer = await link.command(sub);
  if (!answer.ok) {
    return answer;
  }
  const value = parse(answer.value);
  return value === null
    ? failed('DEVICE_PROTOCOL', { to: (sub[0] ?? 0).toString(16), bytes: answer.value.length })
    : ok(value);
}

async function askSensors(link: GoDirectLink): Promise<Result<readonly Sensor[]>> {
  const ids = await asked(link, SUB.sensorIds, parseMask);
  if (!ids.ok) {
    return ids;
  }
  const sensors: Sensor[] = [];
  for (let number = 0; number < SENSORS; number++) {
    if ((ids.value & (1 << number)) !== 0) {
      const sensor = await asked(link, SUB.sensorInfo(number), parseSensor);
      if (!sensor.ok) {
        return sensor;
      }
      if (sensor.value !== 'none') {
        sensors.push(sensor.value);
      }
    }
  }
  return ok(sensors);
}

type Described = {
  readonly state: DeviceState;
  readonly info: DeviceInfo;
  readonly selection: Selection;
};

/** The vendor's order of opening. */
async function describeDevice(link: GoDirectLink): Promise<Result<Described>> {
  const begun = await link.init();
  if (!begun.ok) {
    return begun;
  }
  const state = await asked(link, SUB.status, parseStatus);
  if (!state.ok) {
    return state;
  }
  const info = await asked(link, SUB.info, parseInfo);
  if (!info.ok) {
    return info;
  }
  if (!info.value.orderCode.startsWith(ORDER_CODE)) {
    return failed('DEVICE_WRONG_IDENTITY', { found: info.value.orderCode });
  }
  const mask = await asked(link, SUB.defaultMask, parseMask);
  if (!mask.ok) {
    return mask;
  }
  const sensors = await askSensors(link);
  if (!sensors.ok) {
    return sensors;
  }
  const selection = selectSensors(sensors.value, mask.value);
  return selection.ok
    ? ok({ state: state.value, info: info.value, selection: selection.value })
    : selection;
}

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  opened.get(transport)?.link.close();
  const link = createLink(transport, deps.time);
  const described = await describeDevice(link);
  if (!described.ok) {
    link.close();
    return described;
  }
  const { info, state, selection } = described.value;
  opened.set(transport, { link, selection });
  const { adapterId, adapterVersion, manufacturer, model } = GDX_SPR_MANIFEST;
  const serialNumber = info.serialNumber === '' ? null : info.serialNumber;
  return ok({
    adapterId,
    adapterVersion,
    manufacturer,
    model,
    serialNumber,
    firmware: state.firmware,
  });
}

function tellBattery({ battery, charging }: DeviceState, sink: SampleSink, readAtNs: bigint): void {
  sink.onMeasurement({
    name: 'battery',
    value: battery,
    quality: 'good',
    flags: [],
    origin: 'live',
    reading: null,
    deviceTime: null,
    readAtNs,
  });
  const isLow = battery < BATTERY_LOW_PERCENT && charging === CHARGING_IDLE;
  sink.onQuality(isLow ? [{ cause: 'batteryLow' }] : []);
}

/** Start and stop say in one byte whether they were done. */
async function did(link: GoDirectLink, sub: readonly number[]): Promise<Result<void>> {
  const said = await asked(link, sub, (answer) => answer[6] ?? null);
  if (!said.ok) {
    return said;
  }
  return said.value === DONE
    ? ok(undefined)
    : failed('DEVICE_REJECTED_COMMAND', { to: (sub[0] ?? 0).toString(16), said: said.value });
}

function open(
  transport: Transport,
  _identity: DeviceIdentity,
  sink: SampleSink,
  { time }: AdapterDeps,
): SampleSource {
  const known = opened.get(transport);
  if (known === undefined) {
    throw new Error('vernier.gdx-spr: opened on a transport that was not probed');
  }
  const { link, selection } = known;
  const reader = createMeasurementReader(selection, sink);
  let isBegun = true;

  async function start(): Promise<Result<void>> {
    if (!isBegun) {
      const begun = await link.init();
      if (!begun.ok) {
        return begun;
      }
      isBegun = true;
    }
    const state = await asked(link, SUB.status, parseStatus);
    if (!state.ok) {
      return state;
    }
    tellBattery(state.value, sink, time.nowNs());
    const paced = await link.command(SUB.period(selection.periodUs));
    if (!paced.ok) {
      return paced;
    }
    reader.reset();
    link.listen({
      onMeasurement: (...message) => reader.push(...message),
      onBad: () => reader.damaged(),
    });
    const started = await did(link, SUB.start(selection.mask));
    if (!started.ok) {
      link.listen(null);
    }
    return started;
  }

  async function stop(): Promise<Result<void>> {
    const stopped = await did(link, SUB.stop);
    link.listen(null);
    if (!stopped.ok) {
      return stopped;
    }
    isBegun = false;
    const ended = await link.command(SUB.disconnect);
    return ended.ok ? ok(undefined) : ended;
  }

  return {
    streams: [selection.spec],
    start,
    stop,
    apply: async (setting) => failed('DEVICE_CANNOT', { command: setting.command }),
    end: () => {
      link.listen(null);
      link.close();
      opened.delete(transport);
    },
  };
}

export const gdxSprAdapter: AdapterModule = {
  manifest: GDX_SPR_MANIFEST,
  probe,
  open,
  readTrace: readGdxTrace,
};
