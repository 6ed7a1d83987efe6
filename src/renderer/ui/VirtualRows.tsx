import './virtualRows.css';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

type VirtualRowsProps<T> = {
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  readonly rowHeight: number;
  readonly label: string;
  /** Keeps the newest, at the end, in sight. */
  readonly follow: boolean;
  /** Told when a person scrolls away from the end. */
  readonly onLeave: () => void;
  readonly render: (row: T) => ReactNode;
};

const BEYOND = 8;

/** Thousands of rows of one height, of which only those in sight exist. */
export function VirtualRows<T>(props: VirtualRowsProps<T>) {
  const { rows, keyOf, rowHeight, label, follow, onLeave, render } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) {
      return undefined;
    }
    const measure = (): void => {
      setView((before) => ({ ...before, height: element.clientHeight }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (follow && frame.current !== null) {
      frame.current.scrollTop = rows.length * rowHeight;
    }
  }, [follow, rows, rowHeight]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - BEYOND);
  const count = Math.ceil(view.height / rowHeight) + 2 * BEYOND;
  return (
    <section
      ref={frame}
      className="virtual"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop } }) => {
        setView((before) => ({ ...before, top: scrollTop }));
      }}
      onWheel={({ deltaY }) => {
        if (deltaY < 0) {
          onLeave();
        }
      }}
      onKeyDown={({ key }) => {
        if (key === 'ArrowUp' || key === 'PageUp' || key === 'Home') {
          onLeave();
        }
      }}
      onPointerDown={onLeave}
    >
      <div className="virtual-all" style={{ height: rows.length * rowHeight }}>
        <div className="virtual-seen" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows.slice(first, first + count).map((row) => (
            <div key={keyOf(row)} style={{ height: rowHeight }}>
              {render(row)}
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}
