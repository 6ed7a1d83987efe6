import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cameraIdentity } from '../../../contracts/cameraProfiles.ts';
import type { CaptureTrigger } from '../../../contracts/captures.ts';
import type { CartModel } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { pageTimers } from '../../media/timers.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Icon } from '../../ui/icons.tsx';
import { CameraControls } from './CameraControls.tsx';
import { CaptureKey } from './CaptureKey.tsx';
import { ClipButton } from './ClipButton.tsx';
import { createClipRecorder, openRecorder } from './clip.ts';
import { createExamCamera, type ExamCamera } from './examCamera.ts';
import { InputBar } from './InputBar.tsx';
import { LiveView } from './LiveView.tsx';
import { StillCard } from './StillCard.tsx';
import { holdFrame } from './still.ts';
import { useTriggers } from './useTriggers.ts';

type ExamCameraPanelProps = { readonly model: CartModel; readonly onClose: () => void };

/** Otoscope or dermatoscope: the live picture, and the pictures taken of it. */
export function ExamCameraPanel({ model, onClose }: ExamCameraPanelProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLElement>(null);
  const [camera] = useState(() => createCamera(model));
  const [clip] = useState(() => createClip(model, camera));
  const [enlarged, setEnlarged] = useState(false);
  const { settings } = useObservable(model);
  const input = useObservable(camera.input);
  const shot = useObservable(camera.shot);
  useEffect(() => {
    void camera.open();
    panel.current?.focus();
    const { beforeChange } = model.acts;
    const settle = async (): Promise<void> => {
      await Promise.all([clip.finish(), camera.settled()]);
    };
    const release = beforeChange(settle);
    return () => {
      // What was taken is kept, whoever closes the panel, and with the act that it is of.
      void settle().then(release);
      camera.close();
    };
  }, [model, camera, clip]);
  // Nobody sees the live picture behind a dialog, or behind a still: the first press brings it back.
  const pull = useCallback(
    (source: CaptureTrigger, atMs: number): void => {
      if (document.querySelector('dialog:modal') !== null) {
        return;
      }
      if (enlarged) {
        setEnlarged(false);
      } else {
        camera.trigger(source, atMs);
      }
    },
    [camera, enlarged],
  );
  const { captureKey } = settings.exam;
  useTriggers({ panel, stream: model.stream, captureKey, onTrigger: pull });
  const reopen = { text: t('exam.retry'), run: () => void camera.open() };
  return (
    <section
      ref={panel}
      className="card exam-panel"
      aria-labelledby="exam-camera-title"
      tabIndex={-1}
    >
      <InputBar
        titleId="exam-camera-title"
        title={t('exam.camera')}
        legend={t('examCamera.device')}
        state={input}
        nameOf={({ label, deviceId }) => nameOf(label, deviceId === roomCameraId(model))}
        onChoose={(deviceId) => void camera.input.choose(deviceId)}
        onClose={onClose}
      >
        <CameraFacts label={input.chosen?.label ?? null} />
      </InputBar>
      {input.fault === null ? null : <FaultBanner fault={input.fault} action={reopen} />}
      <div className="exam-body">
        <LiveView camera={camera} input={input} still={enlarged ? (shot?.still ?? null) : null} />
        <aside className="exam-side">
          <button
            type="button"
            className="button primary wide exam-take"
            disabled={input.phase !== 'live'}
            onClick={({ timeStamp }) => {
              pull('screen', timeStamp);
            }}
          >
            <Icon name="camera" />
            {enlarged ? t('examCamera.backToLive') : t('examCamera.take')}
          </button>
          <ClipButton clip={clip} live={input.phase === 'live'} />
          <CaptureKey
            captureKey={captureKey}
            onKey={(code) => {
              model.setSettings({ ...settings, exam: { ...settings.exam, captureKey: code } });
            }}
          />
          <StillCard shot={shot} enlarged={enlarged} onEnlarge={setEnlarged} />
          <CameraControls camera={camera} />
        </aside>
      </div>
    </section>
  );

  function nameOf(label: string, isRoom: boolean): string {
    const { name } = cameraIdentity(label);
    return isRoom ? t('examCamera.roomCamera', { name }) : name;
  }
}

/** What kind it is, and its USB numbers, where the browser tells them. */
function CameraFacts({ label }: { readonly label: string | null }) {
  const { t } = useTranslation();
  if (label === null) {
    return null;
  }
  const { purpose, vendorId, productId } = cameraIdentity(label);
  return (
    <span className="small soft">
      {t(`examCamera.purpose.${purpose}`)}
      {vendorId === null || productId === null ? null : (
        <span className="number">{t('examCamera.ids', { vendorId, productId })}</span>
      )}
    </span>
  );
}

function roomCameraId({ camera }: Pick<CartModel, 'camera'>): string | null {
  return camera.state().stream?.getVideoTracks()[0]?.getSettings().deviceId ?? null;
}

function createCamera(model: CartModel) {
  return createExamCamera({
    devices: navigator.mediaDevices,
    roomCameraId: () => roomCameraId(model),
    holdFrame,
    save: model.saveCapture,
    hostTimeOf: model.stream.hostTimeOf,
    nowMs: () => performance.now(),
    nowIso: () => new Date().toISOString(),
  });
}

function createClip(model: CartModel, { input }: ExamCamera) {
  return createClipRecorder({
    input: input.state,
    open: openRecorder,
    // Loaded when the first clip ends: nobody waits for it at the start.
    remux: async (recorded) => (await import('./remux.ts')).remux(recorded),
    save: model.saveCapture,
    hostTimeOf: model.stream.hostTimeOf,
    timers: pageTimers,
    nowIso: () => new Date().toISOString(),
  });
}
