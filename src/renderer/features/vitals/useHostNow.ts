import { useEffect, useState } from 'react';

const TICK_MS = 1000;

/** The host's monotonic clock once a second, ms; null while it is unknown here. */
export function useHostNow(read: () => number | null): number | null {
  const [now, setNow] = useState(read);
  useEffect(() => {
    const timer = window.setInterval(() => {
      setNow(read());
    }, TICK_MS);
    return () => {
      window.clearInterval(timer);
    };
  }, [read]);
  return now;
}
