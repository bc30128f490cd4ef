import { installMissingTools, JAVA, MAVEN } from '@groundwork/topology';
import { describeLoad, machineNow } from '../platform/machine.ts';
import { deadLetters } from './dead-letters/dead-letters.step.ts';
import { formatStep } from './format-step.ts';
import { order } from './order/order.step.ts';
import { retries } from './retries/retries.step.ts';
import { slowSink } from './slow-sink/slow-sink.step.ts';
import { type StepName } from './step-names.ts';
import { type Step, type StepOptions, type StepResult } from './step.ts';

const STEP: Readonly<Record<StepName, Step>> = {
  retries,
  order,
  'dead-letters': deadLetters,
  'slow-sink': slowSink,
};

export interface ConsumingOptions extends Omit<StepOptions, 'machine'> {
  readonly steps: readonly StepName[];
}

/** Runs the steps one after the other, each on its own servers. */
export async function runConsuming({ steps, ...options }: ConsumingOptions): Promise<readonly StepResult[]> {
  await installMissingTools([JAVA, MAVEN], options.say);
  const results: StepResult[] = [];
  for (const name of steps) {
    const machine = machineNow();
    const step = STEP[name];
    options.say(`\n${name}: ${describeLoad(machine)}`);
    const began = Date.now();
    const findings = await step.run({ ...options, machine });
    const seconds = (Date.now() - began) / 1_000;
    const result = { name, title: step.title, seconds, machine, ...findings };
    options.say(formatStep(result));
    results.push(result);
  }
  return results;
}
