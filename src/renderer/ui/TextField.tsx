import './fields.css';
import { useId } from 'react';

type TextFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong, in words; null: nothing, or nothing to say yet. */
  readonly problem?: string | null;
  readonly hint?: string;
  readonly type?: 'text' | 'password' | 'url' | 'number';
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly focused?: boolean;
  /** More than one line. */
  readonly rows?: number;
};

/** A field with its name, a hint, and what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const { label, problem = null, hint = '', rows, focused = false } = props;
  const id = useId();
  const words = problem ?? hint;
  const common = {
    id,
    className: 'field',
    value: props.value,
    maxLength: props.maxLength,
    placeholder: props.placeholder,
    disabled: props.disabled,
    autoFocus: focused,
    'aria-invalid': problem !== null,
    'aria-describedby': words === '' ? undefined : `${id}-words`,
    onChange: ({ target: { value } }: { readonly target: { readonly value: string } }) => {
      props.onChange(value);
    },
  } as const;
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...common}
          type={props.type ?? 'text'}
          autoComplete={props.type === 'password' ? 'new-password' : 'off'}
          spellCheck={false}
        />
      ) : (
        <textarea {...common} rows={rows} />
      )}
      {words === '' ? null : (
        <p id={`${id}-words`} className={`small ${problem === null ? 'soft' : 'form-problem'}`}>
          {words}
        </p>
      )}
    </div>
  );
}
