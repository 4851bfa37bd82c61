import { existsSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { temporaryFolder } from '../server.js'
import { runFilmroom } from './run-filmroom.js'

t.test('help tells the commands, and opens nothing', async t => {
  const folder = temporaryFolder(t)
  for (const word of ['help', '--help', '-h']) {
    const { status, output, errors } = await runFilmroom(folder, [word])
    t.equal(status, 0)
    t.match(output, /^usage: filmroom /)
    t.equal(errors, '')
  }
  t.notOk(existsSync(path.join(folder, 'data')))
})

t.test('a command that is not there ends with 2 and says so', async t => {
  const folder = temporaryFolder(t)
  for (const word of ['rienindex', '', '--port', '__proto__', 'constructor']) {
    const { status, output, errors } = await runFilmroom(folder, [word])
    t.equal(status, 2, word)
    t.equal(output, '')
    t.match(errors, `there is no command ${JSON.stringify(word)}`)
    t.match(errors, /usage: filmroom /)
  }
  t.notOk(existsSync(path.join(folder, 'data')))
})
