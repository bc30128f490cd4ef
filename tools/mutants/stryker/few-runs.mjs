import fc from 'fast-check';

// Properties and simulations are tested hundreds of times, once for each mutant: a few examples each are enough there.
fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 10 });
process.env.SIMULATION_SEEDS ??= '8';
