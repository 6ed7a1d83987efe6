import { z } from 'zod';
import type { CallTable } from './calls.ts';
import {
  BodySiteSchema,
  CaptureContentSchema,
  CaptureRecordSchema,
  CaptureSchema,
  SavedCaptureSchema,
} from './captures.ts';
import { ActConsentSchema, ActSchema, PatientSchema, ProfessionalSchema } from './clinical.ts';
import { DeviceCommandSchema, DeviceStatusSchema } from './devices.ts';
import { FaultSchema } from './faults.ts';
import { HOST_CALLS } from './hostControl.ts';
import {
  ConnectionTestSchema,
  CredentialsSchema,
  DELIVERY_STATES,
  DeliveryEventSchema,
  DeliverySchema,
  DestinationSchema,
  DestinationStateSchema,
  OutboxSummarySchema,
  StoreStateSchema,
} from './outbox.ts';
import type { Role } from './roles.ts';
import { SettingsSchema } from './settings.ts';

const BEDSIDE: readonly Role[] = ['nurse', 'technician'];
const Empty = z.object({});
const DeliveryId = z.object({ deliveryId: z.number().int().positive() });
/** Deliveries that one request answers at most. */
export const DELIVERY_PAGE = 200;

export const HubAccessSchema = z.object({
  /** wss URL of the signalling socket. */
  signallingUrl: z.url(),
  token: z.string(),
  peerId: z.string(),
  room: z.string(),
  /** What the physician opens; holds the physician's own token in its fragment. */
  physicianUrl: z.url(),
});
export type HubAccess = z.infer<typeof HubAccessSchema>;

export const HubStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('up') }),
  z.object({ state: z.literal('down'), reason: FaultSchema }),
]);
export type HubState = z.infer<typeof HubStateSchema>;

/** What a window may ask main. */
export const IPC_CALLS = {
  appInfo: {
    roles: BEDSIDE,
    input: Empty,
    output: z.object({
      version: z.string(),
      electron: z.string(),
      chromium: z.string(),
      node: z.string(),
      sqlite: z.string().nullable(),
      /** True on the stand-in runtime of development and tests. */
      testRuntime: z.boolean(),
    }),
  },
  getSettings: { roles: BEDSIDE, input: Empty, output: SettingsSchema },
  setSettings: { roles: BEDSIDE, input: SettingsSchema, output: SettingsSchema },
  listDevices: { roles: BEDSIDE, input: Empty, output: z.array(DeviceStatusSchema) },
  commandDevice: {
    roles: BEDSIDE,
    input: z.object({ deviceId: z.string(), command: DeviceCommandSchema }),
    output: Empty,
  },
  /** What is plugged in, known or not. */
  listSightings: {
    roles: BEDSIDE,
    input: Empty,
    output: HOST_CALLS.listSightings.output,
  },
  reconnectDevice: { roles: BEDSIDE, input: z.object({ deviceId: z.string() }), output: Empty },
  setTrace: { roles: BEDSIDE, input: HOST_CALLS.setTrace.input, output: Empty },
  readTrace: {
    roles: BEDSIDE,
    input: HOST_CALLS.readTrace.input,
    output: HOST_CALLS.readTrace.output,
  },
  /** Keeps a picture or a sound for good; answered once it is on the disk. */
  saveCapture: { roles: BEDSIDE, input: CaptureSchema, output: SavedCaptureSchema },
  /** Asks for a stream port; it arrives on IPC_STREAM_CHANNEL, again after each host restart. */
  openStream: { roles: BEDSIDE, input: Empty, output: Empty },
  hubAccess: { roles: BEDSIDE, input: Empty, output: HubAccessSchema },
  hubState: { roles: BEDSIDE, input: Empty, output: HubStateSchema },
  /** Said once, when the first sample was drawn: the end of the start-up that is measured. */
  firstTrace: { roles: BEDSIDE, input: Empty, output: Empty },
  copyPhysicianLink: { roles: BEDSIDE, input: Empty, output: Empty },

  storeState: { roles: BEDSIDE, input: Empty, output: StoreStateSchema },
  unlockStore: {
    roles: BEDSIDE,
    input: z.object({ passphrase: z.string().min(1).max(200) }),
    output: StoreStateSchema,
  },
  /** Protects the store's key by a passphrase; null: by the system's key store again. */
  setPassphrase: {
    roles: BEDSIDE,
    input: z.object({ passphrase: z.string().max(200).nullable() }),
    output: StoreStateSchema,
  },

  /** Begins an act: a recording bound to this resident, and only to this one. */
  openAct: {
    roles: BEDSIDE,
    input: z.object({
      patient: PatientSchema.omit({ patientId: true }),
      operator: ProfessionalSchema.nullable(),
      reason: z.string().max(500),
      consent: ActConsentSchema.omit({ at: true }).nullable(),
    }),
    output: ActSchema,
  },
  currentAct: { roles: BEDSIDE, input: Empty, output: z.object({ act: ActSchema.nullable() }) },
  /** Ends the act: what is to be sent is on the disk, durably queued, when this is answered. */
  closeAct: {
    roles: BEDSIDE,
    input: z.object({ report: z.string().max(20_000) }),
    output: z.object({
      act: ActSchema,
      queued: z.number().int().nonnegative(),
      /** Recordings of the act whose values could not be read: a person should look at the devices. */
      unread: z.number().int().nonnegative(),
    }),
  },
  /** Values of devices that would be kept and sent if the open act were closed now. */
  pendingValues: { roles: BEDSIDE, input: Empty, output: z.array(CaptureContentSchema) },
  /** Keeps the last `seconds` of an ECG stream as a capture. */
  captureEcg: {
    roles: BEDSIDE,
    input: z.object({
      streamId: z.number().int().nonnegative(),
      /** Host monotonic time of the last sample that is wanted, ms. */
      toMs: z.number(),
      seconds: z.number().min(1).max(3600),
    }),
    output: CaptureRecordSchema,
  },
  /** Of the open act, newest first. */
  listCaptures: { roles: BEDSIDE, input: Empty, output: z.array(CaptureRecordSchema) },
  readCapture: {
    roles: BEDSIDE,
    input: z.object({ captureId: z.uuid() }),
    output: z.object({ mediaType: z.string(), bytes: z.instanceof(Uint8Array) }),
  },
  /** The same capture with another body site: a new one that names the old one. */
  correctCapture: {
    roles: BEDSIDE,
    input: z.object({
      captureId: z.uuid(),
      bodySite: BodySiteSchema.nullable(),
      reason: z.string().min(1).max(500),
    }),
    output: CaptureRecordSchema,
  },

  outboxSummary: { roles: BEDSIDE, input: Empty, output: OutboxSummarySchema },
  /** Stuck first, then what waits in the order of sending, then the newest done. */
  listDeliveries: {
    roles: BEDSIDE,
    input: z.object({
      states: z.array(z.enum(DELIVERY_STATES)).optional(),
      after: z.number().int().nonnegative().default(0),
      limit: z.number().int().positive().max(DELIVERY_PAGE).default(DELIVERY_PAGE),
    }),
    output: z.array(DeliverySchema),
  },
  deliveryHistory: { roles: BEDSIDE, input: DeliveryId, output: z.array(DeliveryEventSchema) },
  retryDelivery: { roles: BEDSIDE, input: DeliveryId, output: Empty },
  reorderDelivery: {
    roles: BEDSIDE,
    input: DeliveryId.extend({ where: z.enum(['first', 'last']) }),
    output: Empty,
  },
  resolveDelivery: {
    roles: BEDSIDE,
    input: DeliveryId.extend({ note: z.string().min(1).max(500) }),
    output: Empty,
  },
  /** Whether a physician is there: what leaves the cart makes room for the consultation meanwhile. */
  setLive: { roles: BEDSIDE, input: z.object({ live: z.boolean() }), output: Empty },
  pauseOutbox: { roles: BEDSIDE, input: z.object({ paused: z.boolean() }), output: Empty },
  listDestinations: { roles: BEDSIDE, input: Empty, output: z.array(DestinationStateSchema) },
  /** `credentials` absent: those kept stay. */
  saveDestination: {
    roles: BEDSIDE,
    input: z.object({
      destination: DestinationSchema,
      credentials: CredentialsSchema.optional(),
    }),
    output: DestinationStateSchema,
  },
  removeDestination: {
    roles: BEDSIDE,
    input: z.object({ destinationId: z.string() }),
    output: Empty,
  },
  testDestination: {
    roles: BEDSIDE,
    input: z.object({
      destination: DestinationSchema,
      credentials: CredentialsSchema.optional(),
    }),
    output: ConnectionTestSchema,
  },
} as const satisfies CallTable;
export type IpcCalls = typeof IPC_CALLS;

/** What main tells a window unasked. */
export const IpcNoticeSchema = z.discriminatedUnion('notice', [
  z.object({ notice: z.literal('device'), status: DeviceStatusSchema }),
  z.object({ notice: z.literal('hub'), hub: HubStateSchema }),
  z.object({ notice: z.literal('host'), host: z.enum(['up', 'restarting']) }),
  /** The record is in trouble, or (null) out of it again. `lostBlocks` were not recorded. */
  z.object({
    notice: z.literal('recording'),
    fault: FaultSchema.nullable(),
    lostBlocks: z.number().int().nonnegative(),
  }),
  /** Something was plugged in or out. */
  z.object({ notice: z.literal('plugged') }),
  z.object({ notice: z.literal('fault'), fault: FaultSchema }),
  z.object({ notice: z.literal('outbox'), outbox: OutboxSummarySchema }),
  z.object({ notice: z.literal('store'), store: StoreStateSchema }),
  z.object({ notice: z.literal('act'), act: ActSchema.nullable() }),
  /** Something was captured: the list is to be asked for anew. */
  z.object({ notice: z.literal('captured'), captureId: z.uuid() }),
]);
export type IpcNotice = z.infer<typeof IpcNoticeSchema>;
