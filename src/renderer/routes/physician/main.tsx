import { mount } from '../../app/mount.tsx';
import { createPhysicianModel, loadPhysicianSettings } from '../../app/physicianModel.ts';
import { startTexts } from '../../i18n/index.ts';
import { physicianDiagnostics } from './diagnostics.ts';
import { PhysicianPage } from './PhysicianPage.tsx';

async function start(): Promise<void> {
  const settings = loadPhysicianSettings();
  await startTexts(settings.locale);
  const { location, history } = window;
  const model = createPhysicianModel({ location, history, settings });
  if (model.call !== null) {
    window.chariotDiagnostics = physicianDiagnostics(model.call, model.view);
  }
  mount(<PhysicianPage model={model} />);
}

void start();
