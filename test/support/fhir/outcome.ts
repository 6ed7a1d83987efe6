import type { Resource } from './schema.ts';

export type Answer = {
  readonly status: number;
  readonly body: Resource | null;
  /** Relative to the server's root. */
  readonly location: string | null;
};

export type Refusal = Answer & { readonly refusal: true };

/** An OperationOutcome; `code` is of the value set issue-type. */
export function refused(status: number, code: string, diagnostics: string): Refusal {
  return {
    refusal: true,
    status,
    location: null,
    body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] },
  };
}
