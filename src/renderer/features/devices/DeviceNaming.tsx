import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type DeviceNamingProps = {
  readonly name: string | null;
  /** null takes the name away. */
  readonly onName: (name: string | null) => void;
};

/** Longest that settings keep. */
const LONGEST = 40;

/** How two devices of a kind are told apart where they have no serial number. */
export function DeviceNaming({ name, onName }: DeviceNamingProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(name ?? '');
  const wanted = text.trim();
  const changed = wanted !== (name ?? '');
  return (
    <form
      className="naming"
      onSubmit={(event) => {
        event.preventDefault();
        onName(wanted === '' ? null : wanted);
      }}
    >
      <label htmlFor="device-name" className="small soft">
        {t('technician.name')}
      </label>
      <input
        id="device-name"
        className="field"
        maxLength={LONGEST}
        value={text}
        placeholder={t('technician.nameHint')}
        onChange={({ target: { value } }) => {
          setText(value);
        }}
      />
      <button type="submit" className="button" disabled={!changed}>
        {t('technician.keepName')}
      </button>
    </form>
  );
}
