import './trace.css';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../contracts/faults.ts';
import type { TraceEntry } from '../../../contracts/trace.ts';
import type { TracePage } from '../../app/deviceDesk.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { VirtualRows } from '../../ui/VirtualRows.tsx';
import { createTraceLog, type TraceState } from './traceLog.ts';
import { clockText, isWanted, spacedHex } from './words.ts';

const ASK_MS = 400;
const ROW_PX = 28;
const CLOCK_MS = 1000;
const STEADY_MS = 20;

type TracePanelProps = {
  readonly deviceId: string;
  readonly tracing: boolean;
  readonly onTracing: (on: boolean) => void;
  readonly read: (deviceId: string, from: number, limit: number) => Promise<Result<TracePage>>;
  readonly hostNow: () => number | null;
};

/** Raw bytes both ways, what they say beside them. Off until a technician asks for it. */
export function TracePanel({ deviceId, tracing, onTracing, read, hostNow }: TracePanelProps) {
  const { t } = useTranslation();
  const log = useMemo(
    () => createTraceLog((from, limit) => read(deviceId, from, limit)),
    [deviceId, read],
  );
  const state = useObservable(log);
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState('');
  const [frozen, setFrozen] = useState<TraceState | null>(null);
  useEffect(() => {
    if (!tracing) {
      log.clear();
      return undefined;
    }
    const ask = (): void => void log.refresh();
    ask();
    const timer = window.setInterval(ask, ASK_MS);
    return () => {
      window.clearInterval(timer);
    };
  }, [log, tracing]);
  const shown = follow ? state : (frozen ?? state);
  const changeFollow = (next: boolean): void => {
    setFrozen(next ? null : state);
    setFollow(next);
  };
  return (
    <section className="trace" aria-label={t('trace.title')}>
      <div className="trace-bar">
        <button
          type="button"
          className={`button ${tracing ? '' : 'primary'}`}
          onClick={() => {
            onTracing(!tracing);
            changeFollow(true);
          }}
        >
          {tracing ? t('trace.turnOff') : t('trace.turnOn')}
        </button>
        <button
          type="button"
          className="button"
          disabled={!tracing}
          onClick={() => {
            changeFollow(!follow);
          }}
        >
          {follow ? t('trace.pause') : t('trace.follow')}
        </button>
        <input
          type="search"
          className="field"
          value={filter}
          placeholder={t('trace.filter')}
          aria-label={t('trace.filter')}
          onChange={({ target: { value } }) => {
            setFilter(value);
          }}
        />
      </div>
      {state.fault === null ? null : <FaultBanner fault={state.fault} tone="warn" />}
      {tracing ? (
        <TraceRows
          state={shown}
          filter={filter}
          follow={follow}
          onLeave={() => {
            if (follow) {
              changeFollow(false);
            }
          }}
          hostNow={hostNow}
        />
      ) : (
        <p className="trace-off soft">{t('trace.off')}</p>
      )}
    </section>
  );
}

type TraceRowsProps = Pick<TracePanelProps, 'hostNow'> & {
  readonly state: TraceState;
  readonly filter: string;
  readonly follow: boolean;
  readonly onLeave: () => void;
};

function TraceRows({ state, filter, follow, onLeave, hostNow }: TraceRowsProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<TraceEntry | null>(null);
  const { entries, skipped } = state;
  const rows = useMemo(() => entries.filter((one) => isWanted(one, filter)), [entries, filter]);
  const wallOffsetMs = useWallOffset(hostNow);
  return (
    <>
      <p className="small soft number" role="status">
        {t('trace.count', { shown: rows.length, all: entries.length })}
        {skipped > 0 ? ` · ${t('trace.skipped', { value: skipped })}` : ''}
      </p>
      <div className="trace-head small soft" aria-hidden="true">
        <span>{t('trace.time')}</span>
        <span>{t('trace.direction')}</span>
        <span>{t('trace.bytes')}</span>
        <span>{t('trace.says')}</span>
      </div>
      <VirtualRows
        rows={rows}
        keyOf={({ seq }) => seq}
        rowHeight={ROW_PX}
        label={t('trace.title')}
        follow={follow}
        onLeave={onLeave}
        render={(entry) => (
          <button
            type="button"
            tabIndex={-1}
            className={`trace-row ${entry.direction} ${chosen?.seq === entry.seq ? 'chosen' : ''}`}
            onClick={() => {
              setChosen(entry);
            }}
          >
            <span>{clockText(entry.atMs, wallOffsetMs)}</span>
            <span>{t(`trace.${entry.direction}`)}</span>
            <span>{spacedHex(entry.hex.slice(0, 96))}</span>
            <span>{entry.text.join(' · ')}</span>
          </button>
        )}
      />
      {chosen === null ? null : (
        <div className="trace-chosen">
          <code>{spacedHex(chosen.hex)}</code>
          <p>{chosen.text.join(' · ')}</p>
        </div>
      )}
    </>
  );
}

/** Wall clock minus the host's, ms: looked at again now and then, since wall clocks are set. */
function useWallOffset(hostNow: () => number | null): number | null {
  const read = useCallback((): number | null => {
    const hostNowMs = hostNow();
    return hostNowMs === null ? null : Date.now() - hostNowMs;
  }, [hostNow]);
  const [offsetMs, setOffsetMs] = useState(read);
  useEffect(() => {
    const timer = window.setInterval(() => {
      setOffsetMs((before) => steady(before, read()));
    }, CLOCK_MS);
    return () => {
      window.clearInterval(timer);
    };
  }, [read]);
  return offsetMs;
}

/** A few milliseconds of another estimate are no reason to draw every row again. */
function steady(before: number | null, now: number | null): number | null {
  return before !== null && now !== null && Math.abs(now - before) < STEADY_MS ? before : now;
}
