import type { EmulatedInstrument } from '../definition.ts';
import { createPending } from '../usb/pending.ts';
import { answerAction, answerGet } from './answers.ts';
import * as apdu from './apdu.ts';
import { createDeviceState } from './deviceState.ts';
import type { PhdcFaults } from './faults.ts';
import { EVENT } from './nomenclature.ts';
import { AGENT_INITIATED, configReport, REPORT_EVENT, scanReport } from './objects.ts';
import { createOutgoing } from './outgoing.ts';
import { type FromManager, type Presentation, parseFromManager } from './parse.ts';
import { SEGMENT_STATUS, segmentEvent } from './pmStore.ts';
import type { AgentProfile, Report } from './profiles/profile.ts';

/** Time-outs of 11073-20601, 8.9: configuration, confirmed event, release. */
const CONFIG_MS = 10_000;
const CONFIRM_MS = 3000;
const RELEASE_MS = 3000;
/** Our own: how soon an agent whose association ended tries again. */
const REASSOCIATE_MS = 10_000;
/** An AARQ this young waits in the pipe for whoever opens the device now. */
const UNREAD_MS = 500;
/** Read as the result of any event: not accepted, aborted. */
const REFUSAL = new Uint8Array(12).fill(0xff);

/**
 * `associating`: AARQ went out. `configuring`: the manager does not know the configuration.
 * `operating`: data flow. `releasing`: RLRQ went out.
 */
type State = 'unassociated' | 'associating' | 'configuring' | 'operating' | 'releasing';

type Outstanding = {
  readonly kind: 'config' | 'report' | 'segment' | 'release';
  readonly invokeId: number;
  readonly deadlineMs: number;
};

export type AgentOptions = {
  readonly profile: AgentProfile;
  readonly identity: Pick<
    apdu.AgentIdentity,
    'systemId' | 'encodingRules' | 'functionalUnits' | 'dataRequests'
  >;
  readonly serialNumber: string;
  /** Wall clock of the device when it is switched on. */
  readonly clockMs: number;
  readonly faults: PhdcFaults;
};

/**
 * An agent of IEEE 11073-20601 on USB: one write is one APDU. It associates as soon as it has time,
 * and again 10 s after an association ended. AARQ is not repeated while nobody answers, because
 * the pipe keeps it until somebody reads. A host shows itself by the standard GET_STATUS: the very
 * first one gets a new AARQ (what was sent before there was a cable is lost), and so does each that
 * comes after another one had read the last.
 */
export function createAgent(options: AgentOptions): EmulatedInstrument {
  const { profile, faults } = options;
  const pending = createPending();
  const out = createOutgoing(faults, pending);
  let state: State = 'unassociated';
  let outstanding: Outstanding | undefined;
  let invokeId = 0;
  let reports = 0;
  let eventsSent = 0;
  let associateMs = 0;
  let configMs = Infinity;
  let reportMs = Infinity;
  let hasHost = false;
  let hadHost = false;
  let askedMs = 0;
  let nowMs = 0;

  const device = createDeviceState({
    profile,
    systemId: options.identity.systemId,
    serialNumber: options.serialNumber,
    clockMs: options.clockMs,
    now: () => nowMs,
    reportsSent: () => reports,
  });
  const nextInvoke = (): number => {
    invokeId = (invokeId + 1) & 0xffff;
    return invokeId;
  };
  const awaitAnswer = (kind: Outstanding['kind'], id: number, withinMs: number): void => {
    outstanding = { kind, invokeId: id, deadlineMs: nowMs + withinMs };
  };
  const leave = (againMs: number): void => {
    state = 'unassociated';
    outstanding = undefined;
    device.moveTransfer('end');
    configMs = Infinity;
    reportMs = Infinity;
    associateMs = nowMs + againMs;
  };
  const sendAbort = (reason: number): void => {
    out.send(apdu.abort(reason), 'other', nowMs);
    leave(REASSOCIATE_MS);
  };
  const release = (reason: number): void => {
    out.send(apdu.releaseRequest(reason), 'other', nowMs);
    state = 'releasing';
    reportMs = Infinity;
    device.moveTransfer('end');
    awaitAnswer('release', 0, RELEASE_MS);
  };
  const associate = (): void => {
    const { configId } = profile;
    out.send(apdu.associationRequest({ ...options.identity, configId }), 'other', nowMs);
    state = 'associating';
    associateMs = Infinity;
    reports = 0;
    hasHost = false;
    askedMs = nowMs;
  };
  const operate = (): void => {
    state = 'operating';
    outstanding = undefined;
    reportMs = nowMs + profile.intervalMs;
  };

  /** True when a fault ended the association instead of, or right behind, this event. */
  const struckBefore = (): boolean => {
    if (faults['abort'] !== eventsSent) return false;
    eventsSent += 1;
    out.count();
    sendAbort(apdu.ABORT_REASON.undefined);
    return true;
  };
  const sendData = (bytes: Uint8Array): void => {
    out.send(bytes, 'data', nowMs);
    eventsSent += 1;
    if (faults['release-mid-transfer'] !== eventsSent) return;
    out.count();
    release(apdu.RELEASE_REASON.normal);
  };
  const sendConfig = (): void => {
    configMs = Infinity;
    const id = nextInvoke();
    const info = configReport(profile.configId, profile.objects);
    const event = { invokeId: id, confirmed: true, handle: 0, type: EVENT.config, info };
    out.send(apdu.eventReport(event), 'other', nowMs);
    awaitAnswer('config', id, CONFIG_MS);
  };
  const sendReport = (report: Report): void => {
    if (struckBefore()) return;
    const { form } = report;
    const head = { requestId: AGENT_INITIATED, number: reports & 0xffff };
    const info = scanReport(form, head, out.observed(report.groups));
    const id = nextInvoke();
    const { confirmed } = profile;
    reports += 1;
    reportMs = confirmed ? Infinity : reportMs + profile.intervalMs;
    if (confirmed) awaitAnswer('report', id, CONFIRM_MS);
    const type = REPORT_EVENT[form];
    sendData(apdu.eventReport({ invokeId: id, confirmed, handle: 0, type, info }));
  };
  const reportDue = (): void => {
    const report = profile.report(reports, device.clockMs());
    if (report !== undefined) {
      sendReport(report);
      return;
    }
    reportMs = Infinity;
    if (profile.afterwards === 'release') release(apdu.RELEASE_REASON.normal);
  };
  const sendSegment = (): void => {
    const { store } = device;
    const transfer = device.transfer();
    if (transfer === undefined || store === undefined) return;
    const event = segmentEvent(transfer.segment, transfer.index, store.entriesPerEvent);
    if (event === undefined) device.moveTransfer('end');
    if (event === undefined || struckBefore()) return;
    const id = nextInvoke();
    awaitAnswer('segment', id, CONFIRM_MS);
    const head = { invokeId: id, confirmed: true, handle: store.handle };
    sendData(apdu.eventReport({ ...head, type: EVENT.segmentData, info: event.info }));
  };

  const configAnswered = (info: Uint8Array): void => {
    const accepted = info.length >= 4 && info[2] === 0 && info[3] === 0;
    if (accepted) operate();
    else release(apdu.RELEASE_REASON.noMoreConfigs);
  };
  /** An event without the manager's confirmation bit is sent again. */
  const segmentAnswered = (info: Uint8Array): void => {
    const status = ((info[10] ?? 0) << 8) | (info[11] ?? 0);
    if ((status & SEGMENT_STATUS.managerAbort) !== 0) device.moveTransfer('end');
    else if ((status & SEGMENT_STATUS.managerConfirm) !== 0) device.moveTransfer('next');
    sendSegment();
  };
  /** Our own event was answered; answers to anything else are ignored. */
  const eventAnswered = (id: number, info: Uint8Array): void => {
    if (outstanding === undefined || outstanding.invokeId !== id) return;
    const { kind } = outstanding;
    if (kind === 'release') return;
    outstanding = undefined;
    if (kind === 'config') configAnswered(info);
    else if (kind === 'segment') segmentAnswered(info);
    else reportMs = nowMs + profile.intervalMs;
  };
  const act = (message: Extract<Presentation, { kind: 'action' }>): void => {
    const isIdle = device.transfer() === undefined;
    const answer = answerAction(message, device);
    if (answer !== undefined) out.send(answer, 'answer', nowMs);
    if (isIdle) sendSegment();
  };
  const answerOperation = (message: Presentation): void => {
    const { kind, invokeId: id } = message;
    if (kind === 'eventResult') eventAnswered(id, message.info);
    else if (kind === 'refused') eventAnswered(id, REFUSAL);
    else if (kind === 'get') out.send(answerGet(message, device), 'answer', nowMs);
    else if (kind === 'action') act(message);
    else out.send(apdu.rejectResult(id, apdu.RORJ.unrecognizedOperation), 'answer', nowMs);
  };
  const associationAnswered = (result: number): void => {
    if (state !== 'associating') {
      sendAbort(apdu.ABORT_REASON.undefined);
    } else if (result === apdu.ASSOCIATE_RESULT.accepted) {
      operate();
    } else if (result === apdu.ASSOCIATE_RESULT.acceptedUnknown) {
      state = 'configuring';
      const lateMs = faults['reject-config-late'] ?? 0;
      if (lateMs > 0) out.count();
      configMs = nowMs + lateMs;
    } else {
      const forGood = result === apdu.ASSOCIATE_RESULT.rejectedPermanent;
      leave(forGood ? Infinity : REASSOCIATE_MS);
    }
  };
  const obey = (message: FromManager): void => {
    const { kind } = message;
    if (kind === 'associationResponse') {
      associationAnswered(message.result);
    } else if (state === 'unassociated') {
      return;
    } else if (kind === 'abort' || kind === 'releaseResponse') {
      leave(REASSOCIATE_MS);
    } else if (kind === 'releaseRequest') {
      out.send(apdu.releaseResponse(), 'answer', nowMs);
      leave(REASSOCIATE_MS);
    } else if (kind === 'malformed' || state === 'associating') {
      sendAbort(apdu.ABORT_REASON.undefined);
    } else if (state !== 'releasing') {
      answerOperation(message);
    }
  };

  /** Somebody opened the device who cannot have the AARQ that is out: see `createAgent`. */
  const isNewHost = (): boolean => hasHost || (!hadHost && nowMs - askedMs > UNREAD_MS);
  const dueMs = (): number =>
    Math.min(associateMs, configMs, reportMs, outstanding?.deadlineMs ?? Infinity);
  const step = (): void => {
    if (associateMs <= nowMs) associate();
    else if (configMs <= nowMs) sendConfig();
    else if (reportMs <= nowMs) reportDue();
    else if (outstanding?.kind === 'config') sendAbort(apdu.ABORT_REASON.configTimeout);
    else sendAbort(apdu.ABORT_REASON.responseTimeout);
  };
  const advanceTo = (target: number): void => {
    const onMs = device.switchOn(target);
    while (dueMs() <= target) {
      nowMs = Math.max(nowMs, dueMs(), onMs);
      step();
    }
    nowMs = target;
  };

  return {
    receive: (bytes, at) => {
      advanceTo(at);
      obey(parseFromManager(bytes));
      advanceTo(at);
      return [];
    },
    advance: (at) => {
      advanceTo(at);
      return { ...pending.release(at), sent: [] };
    },
    nextDueMs: () => Math.min(dueMs(), pending.nextDueMs()),
    faultsInjected: out.injected,
    control: (request, at) => {
      if (request.kind !== 'usb' || request.request !== 0) return null;
      const isStandard = request.requestType === 0x80;
      if (!isStandard && request.requestType !== 0xa1) return null;
      advanceTo(at);
      if (state === 'unassociated' || (isStandard && isNewHost())) {
        leave(0);
        advanceTo(at);
      }
      hasHost ||= isStandard;
      hadHost ||= isStandard;
      // Standard: powered by itself. Class: no endpoint waits, everything was handed over.
      return Uint8Array.of(isStandard ? 1 : 0, 0);
    },
  };
}
