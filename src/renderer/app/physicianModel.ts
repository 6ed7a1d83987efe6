import { z } from 'zod';
import type { Fault } from '../../contracts/faults.ts';
import { fault } from '../../contracts/faults.ts';
import { type Settings, SettingsSchema } from '../../contracts/settings.ts';
import { SIGNALLING_PATH } from '../../contracts/signalling.ts';
import { isOfEcg } from '../features/ecg/ecgStream.ts';
import type { EcgFeed } from '../features/ecg/feed.ts';
import { setLocale } from '../i18n/index.ts';
import { createObservable, type Observable } from '../media/observable.ts';
import { createPhysicianCall, type PhysicianCall } from '../media/physicianCall.ts';
import { createViewSlot, type ViewSlot } from './diagnostics.ts';

export type PhysicianModel = {
  /** null where the link lacks its token: see `fault`. */
  readonly call: PhysicianCall | null;
  readonly fault: Fault | null;
  readonly settings: Observable<Settings>;
  readonly setSettings: (settings: Settings) => void;
  readonly feed: EcgFeed;
  /** The host's monotonic clock, ms, as this page knows it. */
  readonly hostNow: () => number | null;
  readonly view: ViewSlot;
};

const SETTINGS_KEY = 'chariot.settings';
const TOKEN_KEY = 'chariot.token';
const RoomPathSchema = z.string().regex(/^\/p\/[^/]+$/);

/** @param page the browser's own objects */
export function createPhysicianModel(page: {
  readonly location: Location;
  readonly history: History;
  readonly settings: Settings;
}): PhysicianModel {
  const settings = createObservable(page.settings);
  const token = takeToken(page.location, page.history);
  const call =
    token === null
      ? null
      : createPhysicianCall({
          url: `wss://${page.location.host}${SIGNALLING_PATH}`,
          token,
          displayName: '',
          room: roomOf(page.location),
        });
  return {
    call,
    fault: call === null ? fault('TOKEN_INVALID') : null,
    settings,
    setSettings: (next) => {
      if (next.locale !== settings.state().locale) {
        setLocale(next.locale);
      }
      settings.set(next);
      keep(window.localStorage, SETTINGS_KEY, JSON.stringify(next));
    },
    feed: {
      onBlock: (listener) =>
        call?.onBlock((block, descriptor, { late }) => {
          if (!late && isOfEcg(block.streamId, descriptor, call.state().descriptors)) {
            listener(block, descriptor);
          }
        }) ?? (() => {}),
      hostTimeOf: (pageMs) => call?.hostTimeOf(pageMs) ?? null,
      onFirstDraw: () => {},
    },
    hostNow: () => call?.hostTimeOf(performance.now()) ?? null,
    view: createViewSlot(),
  };
}

/** @returns what this browser kept; French and unmeasured at first. */
export function loadPhysicianSettings(): Settings {
  const kept = read(window.localStorage, SETTINGS_KEY);
  const parsed = SettingsSchema.safeParse(parseJson(kept));
  return parsed.success ? parsed.data : SettingsSchema.parse({});
}

/**
 * Takes the token out of the address, so that it is neither seen over a shoulder nor bookmarked,
 * and keeps it for a reload of this tab.
 */
function takeToken(location: Location, history: History): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null && given !== '') {
    keep(window.sessionStorage, TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname);
    return given;
  }
  return read(window.sessionStorage, TOKEN_KEY);
}

function roomOf(location: Location): string | undefined {
  const path = RoomPathSchema.safeParse(location.pathname);
  return path.success ? decodeURIComponent(path.data.slice('/p/'.length)) : undefined;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A browser may forbid storage; the page then works, and forgets. */
function keep(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Nothing else depends on it.
  }
}

function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}
