import './nurse.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CartModel, CartState } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { PhysicianPresence } from '../../features/call/PhysicianPresence.tsx';
import { SelfView } from '../../features/camera/SelfView.tsx';
import { DeviceStrip } from '../../features/devices/DeviceStrip.tsx';
import { EcgPanel } from '../../features/ecg/EcgPanel.tsx';
import { ecgStream } from '../../features/ecg/ecgStream.ts';
import { ExamDock } from '../../features/examCamera/ExamDock.tsx';
import { ScreenCalibration } from '../../features/settings/ScreenCalibration.tsx';
import { VitalsPanel } from '../../features/vitals/VitalsPanel.tsx';
import type { CartCallState } from '../../media/callState.ts';

type NursePageProps = {
  readonly model: CartModel;
  readonly state: CartState;
  readonly call: CartCallState;
};

/** The cart's window during a consultation. */
export function NursePage({ model, state, call }: NursePageProps) {
  const { t } = useTranslation();
  const [calibrating, setCalibrating] = useState(false);
  const { settings } = state;
  const startCalibration = (): void => {
    setCalibrating(true);
  };
  return (
    <div className="nurse">
      <DeviceStrip devices={state.devices} names={settings.deviceNames} />
      <main>
        <Signals model={model} state={state} onCalibrate={startCalibration} />
        <aside aria-label={t('nurse.side')}>
          <SelfView camera={model.camera} />
          <ExamDock model={model} />
          <PhysicianPresence
            physicians={call.physicians}
            reports={call.reports}
            linkReady={state.hub.state === 'up'}
            onCopyLink={model.copyPhysicianLink}
          />
        </aside>
      </main>
      {calibrating ? (
        <ScreenCalibration
          pixelsPerMm={settings.pixelsPerMm}
          onClose={() => {
            setCalibrating(false);
          }}
          onDone={(pixelsPerMm) => {
            model.setSettings({ ...settings, pixelsPerMm });
            setCalibrating(false);
          }}
        />
      ) : null}
    </div>
  );
}

type SignalsProps = Pick<NursePageProps, 'model' | 'state'> & {
  readonly onCalibrate: () => void;
};

/** The ECG with the vitals below it; the vitals alone where no ECG was ever connected. */
function Signals({ model, state, onCalibrate }: SignalsProps) {
  const { descriptors, measurements, connected } = useObservable(model.stream);
  const ecg = ecgStream(descriptors);
  return (
    <div className="signals">
      {ecg === null && measurements.length > 0 ? null : (
        <EcgPanel
          feed={model.feed}
          descriptor={ecg}
          settings={state.settings}
          onSettings={model.setSettings}
          onCalibrate={onCalibrate}
          onView={model.view.set}
        />
      )}
      <VitalsPanel
        measurements={measurements}
        statuses={state.devices}
        names={state.settings.deviceNames}
        hostNow={model.stream.hostTimeNow}
        connected={connected && !state.hostRestarting}
      />
    </div>
  );
}
