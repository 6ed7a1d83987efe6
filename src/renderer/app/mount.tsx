import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import '../ui/page.css';

/** The pages' CSP forbids code made at run time: zod must not try to make any. */
config({ jitless: true });

export function mount(page: ReactNode): void {
  const root = document.getElementById('root');
  if (root === null) {
    throw new Error('the page has no root');
  }
  createRoot(root).render(<StrictMode>{page}</StrictMode>);
}
