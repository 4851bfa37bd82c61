/** The order of the system calls behind one stored instance, seen by strace: a 200 is not sent before bytes, name and row
 *  are on the disk. And what a failing fsync does. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  askDigest,
  askWhole,
  readStoreAnswer,
  search,
  store,
  STORED_SYNTAX,
  storeRequest,
} from '../dicomweb-client.js'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import { isAlive, startServer, temporaryFolder, type RunningServer } from '../server.js'
import { missingStep, readTrace, type SystemCall } from './durability/trace.js'

const CALLS =
  'write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,unlink'

t.setTimeout(0)

t.test('PS3.18 10.5 Store is answered when all is durable', { skip: withoutStrace() }, async t => {
  const dataFolder = temporaryFolder(t)
  for (const start of ['a first start', 'a restart', 'another restart']) {
    const { calls, server } = await traceOneStore(t, dataFolder)
    t.equal(missingStep(calls, 'HTTP/1.1 200'), undefined, `after ${start}`)
    await server.stop()
  }
})

t.test('the check sees each step that is left out or comes late', { skip: withoutStrace() }, async t => {
  const { calls, server } = await traceOneStore(t, temporaryFolder(t))
  await server.stop()
  const answer = 'HTTP/1.1 200'
  t.equal(missingStep(calls, answer), undefined)
  const without = (isGone: (call: SystemCall) => boolean): string | undefined =>
    missingStep(
      calls.filter(call => !isGone(call)),
      answer,
    )
  const late = (isLate: (call: SystemCall) => boolean): string | undefined =>
    missingStep(
      calls.map(call =>
        isLate(call) ? { ...call, began: call.began + 1e6, ended: call.ended + 1e6 } : call,
      ),
      answer,
    )
  const failed = (hasFailed: (call: SystemCall) => boolean): string | undefined =>
    missingStep(
      calls.map(call => (hasFailed(call) ? { ...call, result: '-1 EIO (Input/output error)' } : call)),
      answer,
    )
  for (const treat of [without, late, failed]) {
    t.match(
      treat(call => call.name === 'fsync' && call.args.includes('/.writing/')),
      'the fsync of the blob',
    )
    t.match(
      treat(call => call.name.startsWith('rename')),
      'the rename',
    )
    t.match(
      treat(call => call.name === 'fsync' && /\/blobs\/[0-9a-f]{2}>/.test(call.args)),
      'the fsync of the folder',
    )
    t.match(
      treat(call => call.name.endsWith('sync') && call.args.includes('index.sqlite-wal>')),
      'the fsync of the SQLite log',
    )
  }
})

t.test('a fsync that fails is never answered as success', { skip: withoutStrace() }, async t => {
  const server = await startServer(t)
  const first = ctImage()
  t.equal((await store(server.url, [first.bytes])).status, 200)
  const log = path.join(server.dataFolder, 'data', 'index.sqlite-wal')
  for (const [name, paths] of [
    ['the SQLite log', ['-P', log]],
    ['everything', []],
  ] as const) {
    const lost = ctImage()
    const injector = await failFsyncs(t, server, paths)
    const { status, bytes } = await askWhole(`${server.url}/studies`, {
      method: 'POST',
      ...storeRequest([lost.bytes]),
    })
    await end(injector)
    t.ok(status >= 400, `fsync of ${name} fails: answered ${status}`)
    t.strictSame(readStoreAnswer(bytes.length > 0 ? JSON.parse(bytes.toString()) : {}).stored, [])
    t.ok(isAlive(server.pid), 'the server goes on')
    t.equal((await get(server, lost)).status, 404, 'nothing of it is visible')
  }
  t.equal((await get(server, first)).status, 200)
  const after = await store(server.url, [ctImage().bytes])
  t.equal(after.status, 200, 'and once the disk is well again, it stores')
  t.equal((await search(`${server.url}/instances`)).length, 2)
})

async function traceOneStore(
  t: Test,
  dataFolder: string,
): Promise<{ calls: SystemCall[]; server: RunningServer }> {
  const trace = path.join(temporaryFolder(t), 'trace')
  const under = ['strace', '-D', '-f', '-y', '-s', '64', '-o', trace, '-e', `trace=${CALLS}`]
  const server = await startServer(t, {}, { dataFolder, under })
  const instance = ctImage({ rows: 64, columns: 64 })
  const answer = await store(server.url, [instance.bytes])
  t.equal(answer.status, 200)
  t.equal((await get(server, instance)).status, 200)
  await server.stop()
  // The tracer writes its last lines after the end of what it traces.
  for (let i = 0; i < 100 && !/\+\+\+ exited/.test(readFileSync(trace, 'utf8').slice(-200)); i++)
    await pause(20)
  return { calls: readTrace(readFileSync(trace, 'utf8')), server }
}

function get(server: RunningServer, instance: MadeInstance): Promise<{ status: number }> {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = instance
  return askDigest(
    `${server.url}/studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`,
    STORED_SYNTAX,
  )
}

/** Makes fsyncs of a running process fail with EIO until the tracer is ended.
 * @param paths strace's options that say of which files; none: of all */
async function failFsyncs(t: Test, server: RunningServer, paths: readonly string[]): Promise<ChildProcess> {
  const calls = 'fsync,fdatasync'
  const tracer = spawn(
    'strace',
    [
      '-f',
      '-p',
      String(server.pid),
      '-o',
      '/dev/null',
      ...paths,
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${calls}:error=EIO`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  t.teardown(() => tracer.kill('SIGKILL'))
  // "strace: Process 123 attached with 30 threads"
  for await (const chunk of tracer.stderr) if (String(chunk).includes('attached')) break
  return tracer
}

async function end(tracer: ChildProcess): Promise<void> {
  tracer.kill('SIGINT')
  if (tracer.exitCode === null && tracer.signalCode === null) await once(tracer, 'exit')
}

/** Where strace is missing or may trace nothing, the words to skip with; in CI it has to be there. */
function withoutStrace(): string | false {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return false
  } catch (error) {
    if (process.env['CI'] === 'true') throw error
    return 'no strace here that may trace: apt-get install strace'
  }
}
