import './technician.css';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import { Icon } from '../../ui/icons.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { DEVICE_TONES, deviceName, KIND_ICONS, modelName, troubleWords } from './words.ts';

type DeviceListProps = {
  readonly devices: readonly DeviceStatus[];
  readonly names: Readonly<Record<string, string>>;
  readonly chosenId: string | null;
  readonly onChoose: (deviceId: string) => void;
};

/** Every device that Chariot speaks to, in the order in which it met them. */
export function DeviceList({ devices, names, chosenId, onChoose }: DeviceListProps) {
  const { t } = useTranslation();
  return (
    <section className="card device-list" aria-label={t('devices.title')}>
      <h2>{t('technician.devices')}</h2>
      {devices.length === 0 ? <p className="soft">{t('technician.noDevice')}</p> : null}
      <ul>
        {devices.map((device) => (
          <li key={device.deviceId}>
            <button
              type="button"
              className="device-choice"
              aria-current={device.deviceId === chosenId}
              onClick={() => {
                onChoose(device.deviceId);
              }}
            >
              <Choice device={device} names={names} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choice({ device, names }: Pick<DeviceListProps, 'names'> & { device: DeviceStatus }) {
  const { t } = useTranslation();
  const { identity, kind, state, deviceId, address } = device;
  const trouble = troubleWords(t, device);
  const serial =
    identity.serialNumber === null
      ? t('technician.noSerial')
      : t('technician.serial', { serial: identity.serialNumber });
  const what = names[deviceId] === undefined ? t(`kind.${kind}`) : modelName(device);
  return (
    <>
      <span className="device-kind">
        <Icon name={KIND_ICONS[kind]} />
      </span>
      <span className="device-words">
        <strong>{deviceName(device, names)}</strong>
        <span className="small soft">{`${what} · ${serial}`}</span>
        {identity.serialNumber === null ? (
          <span className="small soft one-line" title={address.path}>
            {address.path}
          </span>
        ) : null}
        <StateBadge tone={DEVICE_TONES[state]} text={t(`device.state.${state}`)} />
        {trouble === '' ? null : <span className="device-trouble">{trouble}</span>}
      </span>
    </>
  );
}
