import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

/** Code that no image contains. */
const NOT_SHIPPED = ['**/*.test.ts', '**/*.conformance.ts', '**/conformance/**'];

/**
 * Returns each import of a project's shipped code of a package that the project does not declare, as `file imports package`. In the
 * workspace such an import finds the package of another project. In an image, which contains the declared packages only, it fails.
 */
export function undeclaredImports(root: string, project: string): string[] {
  const folder = join(root, project);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const declared = new Set([
    manifest.name,
    ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  ]);
  return globSync('src/**/*.ts', { cwd: folder, exclude: NOT_SHIPPED }).flatMap((file) =>
    importedPackages(readFileSync(join(folder, file), 'utf8'))
      .filter((name) => !declared.has(name))
      .map((name) => `${project}/${file} imports ${name}`),
  );
}

export function importedPackages(source: string): string[] {
  return ts
    .preProcessFile(source)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map(packageOf);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
