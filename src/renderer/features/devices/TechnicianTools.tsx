import { useTranslation } from 'react-i18next';
import type { DeviceCommand, DeviceStatus } from '../../../contracts/devices.ts';

type TechnicianToolsProps = {
  readonly devices: readonly DeviceStatus[];
  readonly onCommand: (deviceId: string, command: DeviceCommand) => void;
};

/** What only somebody who maintains the cart needs; folded away during a consultation. */
export function TechnicianTools({ devices, onCommand }: TechnicianToolsProps) {
  const { t } = useTranslation();
  return (
    <details className="card tools">
      <summary>{t('tools.title')}</summary>
      <p className="small soft">{t('tools.note')}</p>
      {devices.map(({ deviceId, quality, identity }) => {
        const testing = quality.some(({ cause }) => cause === 'testSignal');
        return (
          <button
            key={deviceId}
            type="button"
            className="button wide"
            aria-pressed={testing}
            onClick={() => {
              onCommand(deviceId, { command: 'testSignal', mode: testing ? 'off' : 'slow1x' });
            }}
          >
            {testing
              ? t('tools.testSignalOff', { model: identity.model })
              : t('tools.testSignalOn', { model: identity.model })}
          </button>
        );
      })}
    </details>
  );
}
