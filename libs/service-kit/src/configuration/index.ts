/** What reads a configuration without Nest, for command lines. */
export * from './configuration.error.ts';
