/** Last step of `npm run build`. To find, read and link a module costs a millisecond, whatever is in it, in each thread; the server
 *  has 300 of its own and Kysely 280. So
 *  - packages of many files become one each, in dist/node_modules, where all that is compiled finds them first;
 *  - what begins a process or a thread becomes one file with all that it always needs, in dist/src/program. The files that are named
 *    after it only import that. Tests have the other modules one by one, as they were compiled. */
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build, type BuildOptions } from 'esbuild'

/** By the name of a package what is exported of it. Of CommonJS that has to be said. */
const PACKAGES = {
  '@aws-sdk/client-s3': '*',
  fastify: '{ default, LogController }',
  kysely: '*',
  pg: '{ default }',
}
/** What CommonJS asks for Node's own modules by. */
const REQUIRE = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`
/** In src/; they find each other by `../<room>/<file>`, which is right for any folder in it. */
const PROGRAM = ['start', 'command', 'index/writer-thread', 'index/search-thread', 'imaging/worker']

const PACKAGES_FOLDER = path.join('dist', 'node_modules')
const PROGRAM_FOLDER = path.join('dist', 'src', 'program')
const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
}

for (const folder of [PACKAGES_FOLDER, PROGRAM_FOLDER]) rmSync(folder, { recursive: true, force: true })
await Promise.all([...Object.entries(PACKAGES).map(bundlePackage), bundleProgram()])

async function bundlePackage([name, exported]: readonly [string, string]): Promise<void> {
  const folder = path.join(PACKAGES_FOLDER, name)
  await build({
    ...COMMON,
    stdin: { contents: `export ${exported} from '${name}'`, resolveDir: process.cwd() },
    outfile: path.join(folder, 'index.js'),
    mainFields: ['module', 'main'],
    // Asked for where it is installed, which it is not.
    external: ['pg-native'],
    banner: { js: REQUIRE },
  })
  const description = { name, type: 'module', exports: './index.js' }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(description))
}

async function bundleProgram(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: PROGRAM.map(file => path.join('src', `${file}.ts`)),
    outdir: PROGRAM_FOLDER,
    entryNames: '[name]',
    // What is loaded only when it is needed stays apart.
    splitting: true,
    packages: 'external',
    sourcemap: true,
  })
  for (const file of PROGRAM) {
    const toProgram = file.includes('/') ? '../program' : './program'
    writeFileSync(path.join('dist', 'src', `${file}.js`), `import '${toProgram}/${path.basename(file)}.js'\n`)
  }
}
