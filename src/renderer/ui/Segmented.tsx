import { useId } from 'react';

type SegmentedProps<T extends string | number> = {
  readonly legend: string;
  readonly legendShown?: boolean;
  readonly unit?: string;
  readonly choices: readonly {
    readonly value: T;
    readonly text: string;
    readonly title?: string;
    /** Where the text is in a language of its own. */
    readonly language?: string;
  }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
};

/** One of a few, all in sight. */
export function Segmented<T extends string | number>(props: SegmentedProps<T>) {
  const name = useId();
  const { legend, legendShown = true, unit, choices, value, onChange } = props;
  return (
    <fieldset className="segmented">
      <legend className="unseen">{unit === undefined ? legend : `${legend} (${unit})`}</legend>
      {legendShown ? (
        <span className="legend" aria-hidden="true">
          {legend}
        </span>
      ) : null}
      <span className="choices">
        {choices.map((choice) => (
          <label
            key={choice.value}
            title={choice.title}
            lang={choice.language}
            data-language={choice.language}
          >
            <input
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => {
                onChange(choice.value);
              }}
            />
            {choice.text}
          </label>
        ))}
      </span>
      {unit === undefined ? null : (
        <span className="legend" aria-hidden="true">
          {unit}
        </span>
      )}
    </fieldset>
  );
}
