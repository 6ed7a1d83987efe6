import { type RefObject, useEffect, useRef } from 'react';

const PROBLEMS = '[aria-invalid="true"], [data-problem] input';

/**
 * Leads to what must be mended first.
 * @param tries how often the form was sent without being right
 */
export function useProblemFocus(tries: number): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (tries > 0) {
      form.current?.querySelector<HTMLElement>(PROBLEMS)?.focus();
    }
  }, [tries]);
  return form;
}
