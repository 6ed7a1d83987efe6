import './nurse.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CartModel, type CartState, prominentFault } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { PhysicianPresence } from '../../features/call/PhysicianPresence.tsx';
import { SelfView } from '../../features/camera/SelfView.tsx';
import { DeviceStrip } from '../../features/devices/DeviceStrip.tsx';
import { TechnicianTools } from '../../features/devices/TechnicianTools.tsx';
import { EcgPanel } from '../../features/ecg/EcgPanel.tsx';
import { ecgStream } from '../../features/ecg/ecgStream.ts';
import { ScreenCalibration } from '../../features/settings/ScreenCalibration.tsx';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { NurseHeader } from './NurseHeader.tsx';

/** The cart's window during a consultation. */
export function NursePage({ model }: { readonly model: CartModel }) {
  const { t } = useTranslation();
  const state = useObservable(model);
  const call = useObservable(model.call);
  const { descriptors } = useObservable(model.stream);
  const [calibrating, setCalibrating] = useState(false);
  const { settings, devices } = state;
  const callFault = call.phase === 'refused' || call.phase === 'reconnecting' ? call.fault : null;
  const shown = prominentFault(state, callFault);
  const startCalibration = (): void => {
    setCalibrating(true);
  };
  return (
    <div className="nurse">
      <NurseHeader model={model} state={state} call={call} />
      <div className="notices">
        {shown === null ? null : (
          <FaultBanner
            fault={shown}
            tone={shown === callFault && call.phase !== 'refused' ? 'warn' : 'bad'}
            {...(shown === state.fault ? { onDismiss: model.dismissFault } : {})}
          />
        )}
        <DeviceStrip devices={devices} />
      </div>
      <main>
        <EcgPanel
          feed={model.feed}
          descriptor={ecgStream(descriptors)}
          settings={settings}
          onSettings={model.setSettings}
          onCalibrate={startCalibration}
          onView={model.view.set}
        />
        <aside aria-label={t('nurse.side')}>
          <SelfView camera={model.camera} />
          <PhysicianPresence
            physicians={call.physicians}
            reports={call.reports}
            linkReady={state.hub.state === 'up'}
            onCopyLink={model.copyPhysicianLink}
          />
          <TechnicianTools devices={devices} onCommand={model.command} />
        </aside>
      </main>
      <NurseFooter state={state} />
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

function NurseFooter({ state: { info, recording } }: { readonly state: CartState }) {
  const { t } = useTranslation();
  return (
    <footer className="nurse-footer small soft">
      <span>{t('app.notMedical')}</span>
      {info === null ? null : (
        <span className="number">
          {t('app.versions', {
            version: info.version,
            electron: info.electron,
            chromium: info.chromium,
          })}
        </span>
      )}
      {recording.lostBlocks > 0 ? (
        <strong className="lost-blocks" role="status">
          {t('nurse.blocksNotRecorded', { value: recording.lostBlocks })}
        </strong>
      ) : null}
      {info?.testRuntime === true ? (
        <strong className="test-runtime">{t('app.testRuntime')}</strong>
      ) : null}
    </footer>
  );
}
