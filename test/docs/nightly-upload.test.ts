import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { withoutCommands } from '../commands.js'

/** docs/nightly-upload.sh against a server that answers by a script: what a real one does when it is busy, away or refuses. */

const STORE_FAILED = '{"00081198":{"vr":"SQ","Value":[{"00081197":{"vr":"US","Value":[49152]}}]}}'
const STORED_WITH_WARNING = '{"00081199":{"vr":"SQ","Value":[{"00081196":{"vr":"US","Value":[45063]}}]}}'

interface Answer {
  /** 0: the connection is cut */
  readonly status: number
  readonly body?: string
}
interface Upload {
  readonly parts: number
  readonly contentType: string | undefined
}

t.test('nightly-upload.sh', { skip: withoutCommands('curl', 'flock') }, t => {
  t.test('sends several files a request, each a part, and writes what was acknowledged', async t => {
    const { url, uploads } = await scripted(t, [])
    const { folder, ledger } = files(t, 3)
    const { code, output } = await upload(['-n', '2', url, folder, ledger])
    t.equal(code, 0, output)
    t.same(
      uploads.map(each => each.parts),
      [2, 1],
    )
    t.match(uploads[0]?.contentType, /^multipart\/related; type="application\/dicom"; boundary=\w+$/)
    t.equal(lines(ledger), 3)
    t.match(output, '3 acknowledged, 0 refused, 0 not sent')
  })

  t.test('does not send again what is in the ledger, but sends what changed since', async t => {
    const { url, uploads } = await scripted(t, [])
    const { folder, ledger } = files(t, 3)
    await upload([url, folder, ledger])
    await upload([url, folder, ledger])
    t.equal(uploads.length, 1)
    writeFileSync(path.join(folder, 'file 1'), 'changed, and longer')
    await upload([url, folder, ledger])
    t.same(
      uploads.map(each => each.parts),
      [3, 1],
    )
  })

  t.test('keeps no more bytes in a request than asked for, where there are several files', async t => {
    const { url, uploads } = await scripted(t, [])
    const { folder, ledger } = files(t, 3)
    await upload(['-b', '9', url, folder, ledger])
    t.same(
      uploads.map(each => each.parts),
      [1, 1, 1],
    )
  })

  t.test('tries again after 503 and after a cut connection', async t => {
    const { url, uploads } = await scripted(t, [{ status: 503 }, { status: 0 }])
    const { folder, ledger } = files(t, 2)
    const { code, output } = await upload(['-t', '3', url, folder, ledger])
    t.equal(code, 0, output)
    t.same(
      uploads.map(each => each.parts),
      [2, 2, 2],
    )
  })

  t.test(
    'asks for each file alone where a request was not stored whole, and names the refused one',
    async t => {
      const { url } = await scripted(t, [
        { status: 202, body: STORE_FAILED },
        { status: 409, body: STORE_FAILED },
        { status: 202, body: STORED_WITH_WARNING },
      ])
      const { folder, ledger } = files(t, 3)
      const { code, output } = await upload([url, folder, ledger])
      t.equal(code, 1)
      t.equal(output.match(/REFUSED .*file \d: 409, failure reason C000H/g)?.length, 1)
      t.match(output, '2 acknowledged, 1 refused, 0 not sent')
      t.equal(lines(ledger), 2, 'a warning is an acknowledgement, a refusal is none')
    },
  )

  t.test(
    'gives up after two requests without an answer, names their files and acknowledges nothing',
    async t => {
      const { url, uploads } = await scripted(t, Array<Answer>(9).fill({ status: 503 }))
      const { folder, ledger } = files(t, 4)
      const { code, output } = await upload(['-t', '1', '-n', '1', url, folder, ledger])
      t.equal(code, 1)
      t.equal(uploads.length, 2)
      t.equal(output.match(/NOT SENT/g)?.length, 2)
      t.match(output, '0 acknowledged, 0 refused, 4 not sent')
      t.equal(lines(ledger), 0)
    },
  )

  t.test('takes names with spaces, quotes, dollars and line breaks', async t => {
    const { url, uploads } = await scripted(t, [])
    const { folder, ledger } = files(t, 0)
    for (const name of [' a  b ', "it's", '"q"', '$(id)', 'two\nlines', '-n', 'é']) {
      writeFileSync(path.join(folder, name), 'x')
    }
    const { code, output } = await upload([url, folder, ledger])
    t.equal(code, 0, output)
    await upload([url, folder, ledger])
    t.same(
      uploads.map(each => each.parts),
      [7],
    )
  })

  t.test('says how it is used where it is used wrongly', async t => {
    const { code, output } = await upload(['http://127.0.0.1:1/studies'])
    t.equal(code, 2)
    t.match(output, 'LEDGER')
  })
  t.end()
})

async function scripted(t: Test, script: readonly Answer[]): Promise<{ url: string; uploads: Upload[] }> {
  const uploads: Upload[] = []
  const server = createServer((request, response) => {
    void buffer(request).then(body => {
      const { status, body: text = '{}' } = script[uploads.length] ?? { status: 200 }
      const parts = body.toString('latin1').split('\r\nContent-Type: application/dicom\r\n\r\n').length - 1
      uploads.push({ parts, contentType: request.headers['content-type'] })
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, { 'retry-after': '1' }).end(text)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/studies`, uploads }
}

function files(t: Test, count: number): { folder: string; ledger: string } {
  const root = t.testdir({
    outbox: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`file ${index}`, `bytes ${index}`]),
    ),
  })
  return { folder: path.join(root, 'outbox'), ledger: path.join(root, 'ledger') }
}

function lines(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1
}

function upload(parameters: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    execFile('docs/nightly-upload.sh', ['-m', '0', ...parameters], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
}
