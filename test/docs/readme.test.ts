import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { startServer, temporaryFolder } from '../server.js'
import { isAsShown, testedBlocks } from './blocks.js'
import { withoutCommands } from '../commands.js'
import { exampleInstance } from './example-instance.js'

const SHOWN_ORIGIN = 'http://127.0.0.1:8080'
const END_OF_BLOCK = '\n--- end of block ---\n'

const skip = withoutCommands('curl', 'flock')

t.test('each command of the README gives the output shown below it', { skip }, async t => {
  const blocks = testedBlocks(readFileSync('README.md', 'utf8'))
  t.ok(blocks.length >= 9, 'a curl of each service is shown')
  const { origin } = await startServer(t)
  const cwd = temporaryFolder(t)
  mkdirSync(path.join(cwd, 'outbox'))
  for (const name of ['ct.dcm', 'outbox/ct.dcm']) writeFileSync(path.join(cwd, name), exampleInstance().bytes)
  writeFileSync(path.join(cwd, 'report.pdf'), '%PDF-1.4')
  symlinkSync(path.resolve('docs'), path.join(cwd, 'docs'))
  // One shell for all, as a reader has: later commands use the variables of earlier ones.
  const script = blocks.map(({ commands }) => `${commands}printf '${END_OF_BLOCK.replaceAll('\n', '\\n')}'\n`)
  const output = await bash(script.join('').replaceAll(SHOWN_ORIGIN, origin), cwd)
  const outputs = output.replaceAll(origin, SHOWN_ORIGIN).split(END_OF_BLOCK)
  for (const [index, block] of blocks.entries()) {
    const came = outputs[index] ?? ''
    t.ok(isAsShown(came, block), block.commands, { came, shown: block.shown })
  }
})

function bash(script: string, cwd: string): Promise<string> {
  return new Promise(resolve => {
    execFile('bash', ['-c', script], { cwd }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}
