import { actionResult, CHOICE, errorResult, presentation, ROER } from './apdu.ts';
import { absoluteTime, join, readAbsoluteTime, u16 } from './mder.ts';
import { ACTION } from './nomenclature.ts';
import {
  type Attribute,
  attributeList,
  dataResponse,
  mdsAttributes,
  REPORT_EVENT,
  scanReport,
} from './objects.ts';
import type { Presentation } from './parse.ts';
import {
  type PmSegment,
  type PmStore,
  segmentInfo,
  storeAttributes,
  TRIGGER_RESULT,
} from './pmStore.ts';
import type { AgentProfile, Report } from './profiles/profile.ts';

type Get = Extract<Presentation, { kind: 'get' }>;
type Action = Extract<Presentation, { kind: 'action' }>;

/** The device as requests see and change it. */
export type Device = {
  readonly profile: AgentProfile;
  readonly systemId: Uint8Array;
  readonly serialNumber: string;
  readonly clockMs: () => number;
  readonly setClock: (clockMs: number) => void;
  /** False while another segment is being transferred. */
  readonly beginTransfer: (segment: PmSegment) => boolean;
  readonly store: PmStore | undefined;
  readonly clear: (instances: readonly number[] | undefined) => void;
  readonly latest: () => Report | undefined;
};

export function answerGet(get: Get, device: Device): Uint8Array {
  const { profile, store } = device;
  let attributes: readonly Attribute[];
  if (get.handle === 0) {
    const { specialisation, manufacturer, model, configId } = profile;
    const { systemId, serialNumber } = device;
    const production = [
      [1, serialNumber],
      [5, '1.4.2'],
    ] as const;
    const extra = profile.mdsExtra ?? [];
    const mds = { specialisation, manufacturer, model, systemId, configId, production, extra };
    attributes = mdsAttributes(mds, absoluteTime(device.clockMs()));
  } else if (store !== undefined && get.handle === store.handle) {
    attributes = storeAttributes(store);
  } else {
    return errorResult(get.invokeId, ROER.noSuchObject);
  }
  const { ids } = get;
  const chosen = ids.length === 0 ? attributes : attributes.filter((one) => ids.includes(one.id));
  const body = join(u16(get.handle), attributeList(chosen));
  return presentation(get.invokeId, CHOICE.getResult, body);
}

/** SegmSelection: 1 all, 2 a list of instances; others are not offered by these stores. */
function selection(info: Uint8Array): readonly number[] | undefined | 'unsupported' {
  const view = new DataView(info.buffer, info.byteOffset, info.length);
  if (info.length < 4) return 'unsupported';
  if (view.getUint16(0) === 1) return undefined;
  if (view.getUint16(0) !== 2 || info.length < 8) return 'unsupported';
  const count = Math.min(view.getUint16(4), (info.length - 8) >> 1);
  return Array.from({ length: count }, (_, i) => view.getUint16(8 + 2 * i));
}

function trigger(info: Uint8Array, store: PmStore, device: Device): Uint8Array {
  const instance = ((info[0] ?? 0) << 8) | (info[1] ?? 0);
  const segment = store.segments.find((one) => one.instance === instance);
  if (segment === undefined) return u16(instance, TRIGGER_RESULT.noSuchSegment);
  if (segment.entries.length === 0) return u16(instance, TRIGGER_RESULT.empty);
  const begun = device.beginTransfer(segment);
  return u16(instance, begun ? TRIGGER_RESULT.accepted : TRIGGER_RESULT.tryLater);
}

function inStore(action: Action, store: PmStore, device: Device): Uint8Array | number {
  if (action.type === ACTION.triggerTransfer) return trigger(action.info, store, device);
  if (action.type !== ACTION.segmentInfo && action.type !== ACTION.clearSegments) {
    return ROER.noSuchAction;
  }
  const wanted = selection(action.info);
  if (wanted === 'unsupported') return ROER.notAllowed;
  if (action.type === ACTION.segmentInfo) return segmentInfo(store, wanted);
  device.clear(wanted);
  return new Uint8Array(0);
}

function inMds(action: Action, device: Device): Uint8Array | number {
  if (action.type === ACTION.setTime && action.info.length >= 8) {
    device.setClock(readAbsoluteTime(action.info));
    return new Uint8Array(0);
  }
  if (action.type !== ACTION.dataRequest) return ROER.noSuchAction;
  const latest = device.latest();
  if (latest === undefined) return ROER.notAllowed;
  const requestId = ((action.info[0] ?? 0) << 8) | (action.info[1] ?? 0);
  const report = scanReport(latest.form, { requestId, number: 0 }, latest.groups);
  return dataResponse(REPORT_EVENT[latest.form], report);
}

/** undefined: the manager wanted no answer. */
export function answerAction(action: Action, device: Device): Uint8Array | undefined {
  const { store } = device;
  let outcome: Uint8Array | number = ROER.noSuchObject;
  if (action.handle === 0) outcome = inMds(action, device);
  else if (store?.handle === action.handle) outcome = inStore(action, store, device);
  if (!action.confirmed) return undefined;
  if (typeof outcome === 'number') return errorResult(action.invokeId, outcome);
  return actionResult(action.invokeId, action.handle, action.type, outcome);
}
