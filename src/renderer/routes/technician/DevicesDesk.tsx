import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import type { Settings } from '../../../contracts/settings.ts';
import type { CartModel, CartState } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { DeviceActions } from '../../features/devices/DeviceActions.tsx';
import { DeviceList } from '../../features/devices/DeviceList.tsx';
import { DeviceNaming } from '../../features/devices/DeviceNaming.tsx';
import { SightingList } from '../../features/devices/SightingList.tsx';
import { DEVICE_TONES, deviceName, modelName, troubleWords } from '../../features/devices/words.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { DeviceTabs } from './DeviceTabs.tsx';

type DeviceDeskProps = { readonly model: CartModel; readonly state: CartState };

/** Who the devices are, what they say, and what can be asked of them. */
export function DevicesDesk({ model, state }: DeviceDeskProps) {
  const { t } = useTranslation();
  const plugged = useObservable(model.desk.plugged);
  const [wantedId, setWantedId] = useState<string | null>(null);
  const { devices, settings } = state;
  const { look } = model.desk;
  useEffect(look, [look]);
  const chosen = devices.find(({ deviceId }) => deviceId === wantedId) ?? devices[0] ?? null;
  return (
    <div className="technician-devices">
      <div className="technician-side">
        <DeviceList
          devices={devices}
          names={settings.deviceNames}
          chosenId={chosen?.deviceId ?? null}
          onChoose={setWantedId}
        />
        <SightingList plugged={plugged} devices={devices} onLook={look} />
      </div>
      {chosen === null ? (
        <p className="card technician-empty soft">{t('technician.noDevice')}</p>
      ) : (
        <DeviceDetail key={chosen.deviceId} device={chosen} model={model} settings={settings} />
      )}
    </div>
  );
}

type DeviceDetailProps = {
  readonly device: DeviceStatus;
  readonly model: CartModel;
  readonly settings: Settings;
};

function DeviceDetail({ device, model, settings }: DeviceDetailProps) {
  const { t } = useTranslation();
  const { deviceId, state } = device;
  const trouble = troubleWords(t, device);
  const name = deviceName(device, settings.deviceNames);
  return (
    <section className="technician-detail" aria-label={name}>
      <div className="card technician-head">
        <div className="technician-title">
          <StateBadge tone={DEVICE_TONES[state]} text={t(`device.state.${state}`)} />
          <h2>{name}</h2>
          {name === modelName(device) ? null : <span className="soft">{modelName(device)}</span>}
          <span className="spring" />
          <DeviceNaming
            name={settings.deviceNames[deviceId] ?? null}
            onName={(given) => {
              model.setSettings(named(settings, deviceId, given));
            }}
          />
        </div>
        {trouble === '' ? null : (
          <p className="device-trouble" role="status">
            {trouble}
          </p>
        )}
        <DeviceActions device={device} desk={model.desk} />
      </div>
      <DeviceTabs device={device} model={model} />
    </section>
  );
}

function named(settings: Settings, deviceId: string, name: string | null): Settings {
  const { [deviceId]: _former, ...others } = settings.deviceNames;
  return { ...settings, deviceNames: name === null ? others : { ...others, [deviceId]: name } };
}
