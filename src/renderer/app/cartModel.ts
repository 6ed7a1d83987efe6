import type { CallOutput } from '../../contracts/calls.ts';
import type { Capture, SavedCapture } from '../../contracts/captures.ts';
import type { DeviceStatus } from '../../contracts/devices.ts';
import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import type { HubState, IpcCalls, IpcNotice } from '../../contracts/ipc.ts';
import { type Settings, SettingsSchema } from '../../contracts/settings.ts';
import { type ActModel, createActModel } from '../features/act/actModel.ts';
import { type Camera, createCamera } from '../features/camera/camera.ts';
import { type CapturesModel, createCapturesModel } from '../features/captures/capturesModel.ts';
import { shrinkPicture } from '../features/captures/thumbnails.ts';
import { isOfEcg } from '../features/ecg/ecgStream.ts';
import type { EcgFeed } from '../features/ecg/feed.ts';
import { createOutboxModel, type OutboxModel } from '../features/outbox/outboxModel.ts';
import { createStoreModel, type StoreModel } from '../features/store/storeModel.ts';
import { setLocale } from '../i18n/index.ts';
import { type CartCall, createCartCall } from '../media/cartCall.ts';
import { createObservable, type Observable } from '../media/observable.ts';
import { createStreamClient, type StreamClient } from '../media/streamClient.ts';
import { pageTimers } from '../media/timers.ts';
import type { CartMain } from './bridge.ts';
import { createDeviceDesk, type DeviceDesk } from './deviceDesk.ts';
import { createViewSlot, type ViewSlot } from './diagnostics.ts';

type AppInfo = CallOutput<IpcCalls, 'appInfo'>;

export type CartState = {
  readonly settings: Settings;
  readonly info: AppInfo | null;
  readonly hub: HubState;
  readonly hostRestarting: boolean;
  /** Why the record is in trouble, and what it lost for good since the window opened. */
  readonly recording: { readonly fault: Fault | null; readonly lostBlocks: number };
  readonly devices: readonly DeviceStatus[];
  /** What main or an action of the nurse ran into; stays until it is dismissed. */
  readonly fault: Fault | null;
};

/** All that the nurse's window stands on, without React. */
export type CartModel = Observable<CartState> & {
  readonly stream: StreamClient;
  readonly call: CartCall;
  readonly camera: Camera;
  readonly feed: EcgFeed;
  readonly view: ViewSlot;
  readonly setSettings: (settings: Settings) => void;
  /** @returns whether main has kept them; else the window says why. */
  readonly keepSettings: (settings: Settings) => Promise<boolean>;
  /** What a technician asks of the devices. */
  readonly desk: DeviceDesk;
  readonly store: StoreModel;
  readonly acts: ActModel;
  readonly captures: CapturesModel;
  readonly outbox: OutboxModel;
  /** Keeps a picture or a sound; the answer is for the one who asked. */
  readonly saveCapture: (capture: Capture) => Promise<Result<SavedCapture>>;
  readonly copyPhysicianLink: () => Promise<boolean>;
  readonly dismissFault: () => void;
};

/** A device may be absent: the rest of the window does not wait for it longer than this. */
const SHOWN_AT_LATEST_MS = 700;

/** @param settings as main had them when the window opened. */
export function createCartModel(main: CartMain, settings: Settings): CartModel {
  const state = createObservable<CartState>({
    settings,
    info: null,
    hub: { state: 'starting' },
    hostRestarting: false,
    recording: { fault: null, lostBlocks: 0 },
    devices: [],
    fault: null,
  });
  const change = (changes: Partial<CartState>): void => {
    state.set({ ...state.state(), ...changes });
  };
  const complain = (result: Result<unknown>): boolean => {
    if (!result.ok) {
      change({ fault: result.fault });
    }
    return result.ok;
  };
  const keepSettings = async (next: Settings): Promise<boolean> => {
    if (next.locale !== state.state().settings.locale) {
      setLocale(next.locale);
    }
    change({ settings: next });
    return complain(await main.calls.setSettings(next));
  };
  const stream = createStreamClient();
  const call = createCartCall({
    getAccess: () => main.calls.hubAccess({}),
    stream,
    displayName: '',
  });
  const camera = createCamera(navigator.mediaDevices);
  const desk = createDeviceDesk(main);
  const record = createRecordModels(main);
  tellWhetherLive(call, (live) => void main.calls.setLive({ live }));
  const setDevice = (status: DeviceStatus): void => {
    change({ devices: withDevice(state.state().devices, status) });
  };
  camera.subscribe(() => {
    call.setMedia(camera.state().stream);
  });
  main.onNotice((notice) => {
    takeNotice(notice, setDevice, change);
  });
  main.onStreamPort((port) => {
    stream.attach(port);
    change({ hostRestarting: false });
  });
  stream.onStatus(setDevice);
  const shown = Promise.withResolvers<void>();
  setTimeout(shown.resolve, SHOWN_AT_LATEST_MS);
  record.store.start();
  void begin(main, change, complain);
  // Opening a camera starts processes of its own: the first heartbeat comes before them.
  void shown.promise.then(async () => {
    const [info] = await Promise.all([main.calls.appInfo({}), camera.open()]);
    if (info.ok) {
      change({ info: info.value });
    }
  });
  return {
    state: state.state,
    subscribe: state.subscribe,
    stream,
    call,
    camera,
    view: createViewSlot(),
    feed: {
      onBlock: (listener) =>
        stream.onBlock((block, _bytes, descriptor) => {
          if (isOfEcg(block.streamId, descriptor, stream.descriptors())) {
            listener(block, descriptor);
          }
        }),
      hostTimeOf: stream.hostTimeOf,
      onFirstDraw: once(() => {
        void main.calls.firstTrace({});
        shown.resolve();
      }),
    },
    setSettings: (next) => void keepSettings(next),
    keepSettings,
    desk,
    ...record,
    saveCapture: (capture) => main.calls.saveCapture(capture),
    copyPhysicianLink: async () => complain(await main.calls.copyPhysicianLink({})),
    dismissFault: () => {
      change({ fault: null });
    },
  };
}

/** What leaves the cart makes room while a physician looks. */
function tellWhetherLive(call: CartCall, tell: (live: boolean) => void): void {
  let told = false;
  call.subscribe(() => {
    const live = call.state().physicians.length > 0;
    if (live !== told) {
      told = live;
      tell(live);
    }
  });
}

type RecordModels = Pick<CartModel, 'store' | 'acts' | 'captures' | 'outbox'>;

/** What is kept and sent. All of it stands on the store: it is asked anew whenever that opens. */
function createRecordModels(main: CartMain): RecordModels {
  const store = createStoreModel(main);
  const acts = createActModel({ ...main, now: () => new Date() });
  const captures = createCapturesModel({ ...main, shrink: shrinkPicture, urls: URL });
  const outbox = createOutboxModel(main, pageTimers);
  acts.subscribe(() => {
    captures.follow(acts.state().act?.actId ?? null);
  });
  store.subscribe(() => {
    acts.start();
    outbox.start();
  });
  return { store, acts, captures, outbox };
}

/** @returns the stored settings, or the defaults with the reason why they are only defaults. */
export async function loadSettings(
  main: CartMain,
): Promise<{ settings: Settings; fault: Fault | null }> {
  const stored = await main.calls.getSettings({});
  return stored.ok
    ? { settings: stored.value, fault: null }
    : { settings: SettingsSchema.parse({}), fault: stored.fault };
}

async function begin(
  main: CartMain,
  change: (changes: Partial<CartState>) => void,
  complain: (result: Result<unknown>) => boolean,
): Promise<void> {
  const [opened, hub, devices] = await Promise.all([
    main.calls.openStream({}),
    main.calls.hubState({}),
    main.calls.listDevices({}),
  ]);
  if (hub.ok) {
    change({ hub: hub.value });
  }
  if (devices.ok) {
    change({ devices: devices.value });
  }
  complain(opened);
}

function takeNotice(
  notice: IpcNotice,
  setDevice: (status: DeviceStatus) => void,
  change: (changes: Partial<CartState>) => void,
): void {
  switch (notice.notice) {
    case 'device':
      setDevice(notice.status);
      return;
    case 'hub':
      change({ hub: notice.hub });
      return;
    case 'host':
      change({ hostRestarting: notice.host === 'restarting' });
      return;
    case 'recording':
      change({ recording: { fault: notice.fault, lostBlocks: notice.lostBlocks } });
      return;
    case 'plugged':
    case 'outbox':
    case 'store':
    case 'act':
    case 'captured':
      // Whoever shows it listens by itself.
      return;
    case 'fault':
      // The store's own notices say it, and what it means.
      if (notice.fault.code !== 'STORE_ROLLED_BACK') {
        change({ fault: notice.fault });
      }
  }
}

function withDevice(devices: readonly DeviceStatus[], status: DeviceStatus): DeviceStatus[] {
  const known = devices.some(({ deviceId }) => deviceId === status.deviceId);
  return known
    ? devices.map((device) => (device.deviceId === status.deviceId ? status : device))
    : [...devices, status];
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      run();
    }
  };
}

/** What the window shows above all else, worst first; null while all is well. */
export function prominentFault(
  { hub, hostRestarting, recording, fault: reported }: CartState,
  callFault: Fault | null,
): Fault | null {
  if (reported !== null) {
    return reported;
  }
  if (recording.fault !== null) {
    return recording.fault;
  }
  if (hostRestarting) {
    return fault('DEVICE_HOST_RESTARTED');
  }
  return hub.state === 'down' ? hub.reason : callFault;
}
