import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import { createObservable } from '../../media/observable.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { openStill, type StillView } from './stillView.ts';
import type { CaptureFile } from './thumbnails.ts';
import { panBy, type View, viewKeys, windowBy, ZOOM_STEP, zoomAt } from './viewport.ts';

type StillViewerProps = { readonly file: CaptureFile; readonly label: string };

/** What dragging changes. */
const TOOLS = ['pan', 'window'] as const;
type Tool = (typeof TOOLS)[number];
const NO_VIEW = createObservable<View | null>(null);

/** A still to be looked at closely: enlarged, moved, its contrast changed. The file stays as it is. */
export function StillViewer({ file, label }: StillViewerProps) {
  const { t } = useTranslation();
  const keysId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [still, setStill] = useState<StillView | null>(null);
  const [broken, setBroken] = useState(false);
  const [tool, setTool] = useState<Tool>('pan');
  const view = useObservable(still?.view ?? NO_VIEW);
  useEffect(() => {
    const element = frame.current;
    let opened: StillView | null = null;
    let gone = false;
    if (element !== null) {
      void openStill(element, file).then((ready) => {
        opened = ready;
        if (gone) {
          ready?.close();
        } else {
          setStill(ready);
          setBroken(ready === null);
        }
      });
    }
    return () => {
      gone = true;
      opened?.close();
    };
  }, [file]);
  useWheel(frame, still);
  const change = (next: (view: View) => View): void => {
    if (still !== null && view !== null) {
      still.set(next(view));
    }
  };
  return (
    <>
      <section
        className={`still-frame ${tool}`}
        aria-label={label}
        aria-describedby={keysId}
        title={t('viewer.keys')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to move it
        tabIndex={0}
        data-scale={view?.scale}
        onKeyDown={(event) => {
          onKey(event, change, still);
        }}
        onPointerDown={({ currentTarget, pointerId }) => {
          currentTarget.setPointerCapture(pointerId);
        }}
        onPointerMove={({ buttons, movementX, movementY }) => {
          if (buttons === 1) {
            change((now) => (tool === 'pan' ? panBy : windowBy)(now, movementX, movementY));
          }
        }}
      >
        <div ref={frame} className="still-canvas" />
        {broken ? (
          <p className="exam-none" role="alert">
            {t('capture.unplayable')}
          </p>
        ) : null}
      </section>
      <p id={keysId} className="unseen">
        {t('viewer.keys')}
      </p>
      <div className="still-tools">
        <Segmented
          legend={t('viewer.drag')}
          choices={TOOLS.map((value) => ({ value, text: t(`viewer.${value}`) }))}
          value={tool}
          onChange={setTool}
        />
        <ViewButtons view={view} still={still} change={change} />
        {view === null || still === null ? null : (
          <span className="small soft number">
            {t('viewer.facts', {
              width: still.size.width,
              height: still.size.height,
              percent: view.scale,
              window: view.windowWidth,
              level: view.windowCenter,
            })}
          </span>
        )}
      </div>
    </>
  );
}

type Change = (next: (view: View) => View) => void;
type ViewButtonsProps = {
  readonly view: View | null;
  readonly still: StillView | null;
  readonly change: Change;
};

function ViewButtons({ view, still, change }: ViewButtonsProps) {
  const { t } = useTranslation();
  const button = (name: string, run: () => void, pressed?: boolean) => (
    <button
      type="button"
      className="button"
      disabled={view === null}
      aria-pressed={pressed}
      onClick={run}
    >
      {t(`viewer.${name}`)}
    </button>
  );
  return (
    <>
      {button('zoomIn', () => change((now) => zoomAt(now, ZOOM_STEP)))}
      {button('zoomOut', () => change((now) => zoomAt(now, 1 / ZOOM_STEP)))}
      {button('actual', () => change((now) => ({ ...now, scale: 1, x: 0, y: 0 })))}
      {button(
        'invert',
        () => change((now) => ({ ...now, invert: !now.invert })),
        view?.invert ?? false,
      )}
      {button('reset', () => still?.whole())}
    </>
  );
}

function onKey(event: KeyboardEvent, change: Change, still: StillView | null): void {
  const step = viewKeys.get(event.key);
  if (step !== undefined) {
    event.preventDefault();
    change(step);
  } else if (event.key === '0') {
    still?.whole();
  }
}

/** React listens to wheels passively, and the page behind would scroll. */
function useWheel(
  frame: { readonly current: HTMLDivElement | null },
  still: StillView | null,
): void {
  useEffect(() => {
    const element = frame.current;
    if (element === null || still === null) {
      return undefined;
    }
    const zoom = (event: WheelEvent): void => {
      event.preventDefault();
      const view = still.view.state();
      if (view !== null) {
        const { left, top, width, height } = element.getBoundingClientRect();
        const x = event.clientX - left - width / 2;
        const y = event.clientY - top - height / 2;
        still.set(zoomAt(view, event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, x, y));
      }
    };
    element.addEventListener('wheel', zoom, { passive: false });
    return () => {
      element.removeEventListener('wheel', zoom);
    };
  }, [frame, still]);
}
