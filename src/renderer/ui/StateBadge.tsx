export type Tone = 'good' | 'warn' | 'bad' | 'idle';

/** A state in words, with its mark; read out when it changes. */
export function StateBadge({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <output className={`state ${tone}`} aria-live="polite">
      {text}
    </output>
  );
}
