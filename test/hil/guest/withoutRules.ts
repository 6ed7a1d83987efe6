import type { TransportAddress } from '../../../src/contracts/devices.ts';
import type { Wire } from '../../../src/devices/_sdk/adapter.ts';
import { UDEV_RULES } from '../../../src/devices/_transport/failure.ts';
import { openTransport } from '../../../src/devices/_transport/open.ts';
import { findButton } from './find.ts';
import { type Bench, NotMet, need } from './person.ts';
import { INSTRUMENT_NAMES, sightingOf, wireOf } from './wires.ts';

/* As the system is before Chariot's rules are installed: refused, and told what to install. */
async function refusal(address: TransportAddress, wire: Wire): Promise<string> {
  const opened = await openTransport(address, wire);
  if (opened.ok) {
    await opened.value.close();
    throw new NotMet(`${address.path} opened`);
  }
  const { code, params } = opened.fault;
  need(code === 'DEVICE_NO_PERMISSION', `${code} ${JSON.stringify(params)}`);
  need(
    params?.['rule'] === UDEV_RULES,
    `the fault does not name the rules: ${JSON.stringify(params)}`,
  );
  return `${address.path} ${code} ${UDEV_RULES}`;
}

export async function checkRefusals({ check }: Bench): Promise<void> {
  for (const name of INSTRUMENT_NAMES) {
    await check(`${name}: refused without the udev rules, by the name of their file`, async () => {
      const { address } = await sightingOf(name);
      return await refusal(address, wireOf(name));
    });
  }
  await check('camera button: refused without the udev rules', async () => {
    const address = await findButton();
    if (address === null) throw new NotMet('the kernel shows no button');
    return await refusal(address, { kind: 'input', name: 'button' });
  });
}
