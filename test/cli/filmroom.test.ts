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

t.test('a command line that is wrong ends with 2 and says how it is used', async t => {
  const folder = temporaryFolder(t)

  for (const [args, message] of [
    [['restore'], '--study is needed'],
    [['restore', '--study', 'x'], '--study is not a UID'],
    [['restore', '--study', '1.2', '--instance', '1.3'], '--instance needs --series'],
    [['restore', '--study', '1.2', '--all'], "Unknown option '--all'"],
    [['restore', '1.2'], 'Unexpected argument'],
    [['purge', '--now'], 'there is no option "--now"'],
    [['deleted', 'x'], 'there is no option "x"'],
  ] as const) {
    const { status, output, errors } = await runFilmroom(folder, args)
    t.same([status, output], [2, ''], args.join(' '))
    t.ok(errors.includes(message), errors)
    t.match(errors, `usage: filmroom ${args[0]}`)
  }
  t.match(await runFilmroom(folder, ['restore', '--help']), { status: 0, output: /^usage: filmroom restore/ })
  t.match(await runFilmroom(folder, ['help', 'purge']), { status: 0, output: /^usage: filmroom purge/ })
})

t.test('a configuration that is wrong ends with 1 and is named', async t => {
  const folder = temporaryFolder(t)

  const { status, errors } = await runFilmroom(folder, ['deleted'], { FILMROOM_PROT: '1' })
  t.equal(status, 1)
  t.match(errors, 'FILMROOM_PROT: no such setting')
})
