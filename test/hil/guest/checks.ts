import { checkCommandLine } from './commandLine.ts';
import { checkOthers } from './others.ts';
import { asPerson } from './person.ts';
import { checkRefusals } from './withoutRules.ts';
import { checkDevices } from './withRules.ts';

/* One process for both: starting one takes a processor in software several seconds. */
await asPerson(async (bench) => {
  await checkRefusals(bench);
  await bench.installRules();
  await checkDevices(bench);
  await checkCommandLine(bench);
  await checkOthers(bench);
});
