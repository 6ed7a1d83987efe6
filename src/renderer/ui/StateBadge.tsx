export type Tone = 'good' | 'warn' | 'bad' | 'idle';

type StateBadgeProps = {
  readonly tone: Tone;
  readonly text: string;
  /** Read out when it changes; a list of hundreds is not. */
  readonly live?: boolean;
};

/** A state in words, with its mark. */
export function StateBadge({ tone, text, live = true }: StateBadgeProps) {
  return live ? (
    <output className={`state ${tone}`} aria-live="polite">
      {text}
    </output>
  ) : (
    <span className={`state ${tone}`}>{text}</span>
  );
}
