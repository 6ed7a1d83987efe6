import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import type { Fault } from '../../../contracts/faults.ts';
import type { CartModel } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { IdentityCard } from '../../features/devices/IdentityCard.tsx';
import { LiveValues } from '../../features/devices/LiveValues.tsx';
import { plotKey, StreamPlot } from '../../features/devices/plot/StreamPlot.tsx';
import { Impedances, StoredReadings } from '../../features/devices/Readings.tsx';
import { TracePanel } from '../../features/trace/TracePanel.tsx';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Segmented } from '../../ui/Segmented.tsx';

const TABS = ['live', 'identity', 'readings', 'trace'] as const;
type Tab = (typeof TABS)[number];

type DeviceTabsProps = { readonly device: DeviceStatus; readonly model: CartModel };

export function DeviceTabs({ device, model }: DeviceTabsProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('live');
  return (
    <>
      <Segmented
        legend={t('technician.tabs')}
        legendShown={false}
        choices={TABS.map((value) => ({ value, text: t(`technician.tab.${value}`) }))}
        value={tab}
        onChange={setTab}
      />
      <div className="technician-tab">
        <TabContent tab={tab} device={device} model={model} />
      </div>
    </>
  );
}

function TabContent({ tab, device, model }: DeviceTabsProps & { readonly tab: Tab }) {
  const { measurements } = useObservable(model.stream);
  const contents: Record<Tab, ReactNode> = {
    live: <LiveTab device={device} model={model} />,
    identity: <IdentityCard device={device} />,
    readings: (
      <>
        <Impedances device={device} measurements={measurements} />
        <StoredReadings device={device} measurements={measurements} />
      </>
    ),
    trace: <TraceTab device={device} model={model} />,
  };
  return contents[tab];
}

function LiveTab({ device, model }: DeviceTabsProps) {
  const { t } = useTranslation();
  const { measurements, descriptors, connected } = useObservable(model.stream);
  const streams = descriptors.filter(
    ({ deviceId, origin }) => deviceId === device.deviceId && origin === 'live',
  );
  const values = measurements.some(
    ({ deviceId, origin }) => deviceId === device.deviceId && origin === 'live',
  );
  return (
    <>
      <LiveValues
        device={device}
        measurements={measurements}
        hostNow={model.stream.hostTimeNow}
        connected={connected}
      />
      <div className="plots">
        {streams.map((descriptor) => (
          <StreamPlot
            key={plotKey(descriptor)}
            descriptor={descriptor}
            onBlock={model.stream.onBlock}
          />
        ))}
      </div>
      {streams.length === 0 && !values ? (
        <p className="soft">{t('technician.nothingLive')}</p>
      ) : null}
    </>
  );
}

function TraceTab({ device, model }: DeviceTabsProps) {
  const [fault, setFault] = useState<Fault | null>(null);
  const { desk, stream } = model;
  const { deviceId, tracing } = device;
  const setTracing = async (on: boolean): Promise<void> => {
    const done = await desk.setTrace(deviceId, on);
    setFault(done.ok ? null : done.fault);
  };
  return (
    <>
      {fault === null ? null : <FaultBanner fault={fault} />}
      <TracePanel
        deviceId={deviceId}
        tracing={tracing}
        onTracing={(on) => void setTracing(on)}
        read={desk.readTrace}
        hostNow={stream.hostTimeNow}
      />
    </>
  );
}
