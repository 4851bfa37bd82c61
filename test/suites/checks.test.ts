import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

/** Each check is seen to pass on the program's own sources and to fail, naming the file, once a fault is planted in them. */

interface Fault {
  readonly fault: string
  readonly script: string
  /** files by name inside src/ → text, all well formatted unless that is the fault */
  readonly plant: Readonly<Record<string, string>>
  /** what the check has to say beside the file's name */
  readonly says: string
}

const FAULTS: readonly Fault[] = [
  {
    fault: 'a type error',
    script: 'check:types',
    plant: { 'dicom/planted.ts': "export const planted: number = 'one'\n" },
    says: 'TS2322',
  },
  {
    fault: 'an `any`',
    script: 'check:lint',
    plant: { 'dicom/planted.ts': 'export const planted = (value: any): unknown => value\n' },
    says: 'no-explicit-any',
  },
  {
    fault: 'a file that is not formatted',
    script: 'check:format',
    plant: { 'dicom/planted.ts': 'export const planted  =  "one";\n' },
    says: 'Code style issues',
  },
  {
    fault: 'an import against the layers: dicom knows index',
    script: 'check:layers',
    plant: {
      'index/planted-above.ts': 'export type PlantedAbove = 1\n',
      'dicom/planted.ts': "export type { PlantedAbove } from '../index/planted-above.js'\n",
    },
    says: 'dicom-knows-only-itself',
  },
  {
    fault: 'two files that import each other',
    script: 'check:layers',
    plant: {
      'dicom/planted.ts': "import type { Other } from './planted-too.js'\nexport type Planted = Other[]\n",
      'dicom/planted-too.ts':
        "import type { Planted } from './planted.js'\nexport type Other = Planted | 1\n",
    },
    says: 'no-cycles',
  },
]

/** What the checks read: their configuration, and so much of the sources as stands alone and shows every fault. That the
 *  checks pass on everything is `npm run check` itself. */
const COPIED = [
  'src/dicom',
  'package.json',
  'tsconfig.json',
  'eslint.config.js',
  '.prettierrc.json',
  '.prettierignore',
  '.dependency-cruiser.cjs',
]

t.test('npm run check', { timeout: 600_000 }, t => {
  const project = t.testdir()
  for (const name of COPIED) {
    cpSync(name, path.join(project, name), { recursive: true })
  }
  for (const folder of ['src/index', 'migrations', 'test', 'bench'])
    mkdirSync(path.join(project, folder), { recursive: true })
  symlinkSync(path.resolve('node_modules'), path.join(project, 'node_modules'))

  for (const script of new Set(FAULTS.map(each => each.script))) {
    t.test(`${script} passes without a fault`, t => {
      const { status, output } = run(script, project)
      t.equal(status, 0, output)
      t.end()
    })
  }
  for (const { fault, script, plant, says } of FAULTS) {
    t.test(`${script} fails on ${fault}, and names the file`, t => {
      const planted = Object.keys(plant).map(name => path.join(project, 'src', name))
      t.teardown(() => planted.forEach(file => rmSync(file)))
      for (const [name, text] of Object.entries(plant)) writeFileSync(path.join(project, 'src', name), text)
      const { status, output } = run(script, project)
      t.not(status, 0)
      t.match(output, says)
      for (const name of Object.keys(plant)) t.match(output, `src/${name}`)
      t.end()
    })
  }
  t.end()
})

function run(script: string, cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', script], { cwd, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}
