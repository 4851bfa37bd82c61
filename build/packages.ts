/** Last step of `npm run build`: puts the packages of most files into one file each, in dist/node_modules, where all that is
 *  compiled finds them first. Kysely alone is 280 files, which take ten times as long to load, in each thread that has the index
 *  open. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

/** By the name of a package what is exported of it. Of CommonJS that has to be said; it stays as it is inside. */
const PACKAGES = {
  '@aws-sdk/client-s3': '*',
  fastify: '{ default, LogController }',
  kysely: '*',
  pg: '{ default }',
}
const OUT = path.join('dist', 'node_modules')
/** CommonJS asks for Node's own modules by it. */
const REQUIRE = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`

rmSync(OUT, { recursive: true, force: true })
await Promise.all(
  Object.entries(PACKAGES).map(async ([name, exported]) => {
    const folder = path.join(OUT, name)
    mkdirSync(folder, { recursive: true })
    await build({
      stdin: { contents: `export ${exported} from '${name}'`, resolveDir: process.cwd() },
      outfile: path.join(folder, 'index.js'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      mainFields: ['module', 'main'],
      // Asked for where it is installed, which it is not.
      external: ['pg-native'],
      banner: { js: REQUIRE },
      logLevel: 'warning',
    })
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ name, type: 'module', exports: './index.js' }),
    )
  }),
)
