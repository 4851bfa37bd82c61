/** Last step of `npm run build`. To find, read and link a module costs a millisecond, whatever is in it, in each thread; the server
 *  has 300 of its own and Kysely 280. So
 *  - packages of many files become one each, in dist/node_modules, where all that is compiled finds them first;
 *  - what begins a process or a thread becomes one file with all that it always needs, in dist/src/program. The files that are named
 *    after it only import that. Tests have the other modules one by one, as they were compiled. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
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

const PROGRAM_FOLDER = path.join('dist', 'src', 'program')
const COMMON = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
} satisfies BuildOptions

await Promise.all([...Object.entries(PACKAGES).map(bundlePackage), bundleProgram()])

async function bundlePackage([name, exported]: readonly [string, string]): Promise<void> {
  const folder = path.join('dist', 'node_modules', name)
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
  const { metafile } = await build({
    ...COMMON,
    entryPoints: PROGRAM.map(file => path.join('src', `${file}.ts`)),
    outdir: PROGRAM_FOLDER,
    entryNames: '[name]',
    // What is loaded only when it is needed stays apart.
    splitting: true,
    packages: 'external',
    sourcemap: true,
    metafile: true,
  })
  for (const file of PROGRAM) {
    const toProgram = file.includes('/') ? '../program' : './program'
    writeFileSync(path.join('dist', 'src', `${file}.js`), `import '${toProgram}/${path.basename(file)}.js'\n`)
  }
  // Last, so that a program that runs meanwhile finds what did not change.
  const made = new Set(Object.keys(metafile.outputs).map(file => path.basename(file)))
  for (const file of readdirSync(PROGRAM_FOLDER)) if (!made.has(file)) rmSync(path.join(PROGRAM_FOLDER, file))
}
