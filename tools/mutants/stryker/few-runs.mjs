import fc from 'fast-check';

// Properties are tested hundreds of times, once for each mutant: ten examples each are enough there.
fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 10 });
