import { readFileSync } from 'node:fs'
import t from 'tap'
import { Validator } from '@seriousme/openapi-schema-validator'
import { assemble } from '../../src/assemble.js'
import { readConfig } from '../../src/config.js'
import { PROBLEMS } from '../../src/http/problems.js'
import {
  contractRoutes,
  contractSources,
  problemsOf,
  readContract,
  type ContractDocument,
} from './contract-source.js'

const document = readContract()
const operations = contractRoutes(document, '').map(route => route.operation)
const sorted = (names: Iterable<string>): string[] => [...names].sort()

t.test('openapi/filmroom.yaml', t => {
  t.test('is a valid OpenAPI 3.1 document', async t => {
    const documentToValidate = (): Record<string, unknown> => structuredClone({ ...document })
    const { valid, errors } = await new Validator().validate(documentToValidate())
    t.equal(valid, true, JSON.stringify(errors))
    const broken = { ...documentToValidate(), paths: { '/studies': { get: { responses: 1 } } } }
    t.equal(
      (await new Validator().validate(broken)).valid,
      false,
      'and the validator refuses one that is not',
    )
  })

  t.test('has an operationId for every operation, and none twice', t => {
    const ids = operations.map(operation => operation.operationId)
    t.equal(new Set(ids).size, ids.length)
    t.equal(ids.includes(undefined as unknown as string), false)
    t.end()
  })

  t.test('is what src/http/contract*.ts were made from (`npm run contract`)', async t => {
    for (const [file, text] of Object.entries(await contractSources()))
      t.ok(readFileSync(file, 'utf8') === text, `${file}: run \`npm run contract\``)
  })
  t.end()
})

t.test('the problems that the contract, the program and docs/problems.md know', t => {
  const kinds = sorted(Object.keys(PROBLEMS))

  t.test('are the types of a problem document in the contract, and no others', t => {
    t.same(sorted(problemTypes(document)), kinds)
    t.end()
  })

  t.test('are answered somewhere with the status of their kind, or said to be answered nowhere', t => {
    const answered = [...operations.flatMap(each => problemsOf(document, each)), ...everywhere(document)]
    for (const [status, kind] of answered) {
      t.equal(PROBLEMS[kind as keyof typeof PROBLEMS].status, status, kind)
    }
    const never = Object.keys(document['x-filmroom-never-a-status'])
    t.same(
      never.filter(kind => answered.some(([, other]) => other === kind)),
      [],
    )
    t.same(sorted(new Set([...answered.map(([, kind]) => kind), ...never])), kinds)
    t.end()
  })

  t.test('each have a section with their status in docs/problems.md, and no other kind has', t => {
    const sections = [...readFileSync('docs/problems.md', 'utf8').matchAll(/^## ([a-z-]+) · (\d{3}|none)$/gm)]
    const never = Object.keys(document['x-filmroom-never-a-status'])
    t.same(
      sections.map(([, kind = '', status = '']) => [kind, status]).sort(),
      Object.entries(PROBLEMS)
        .map(([kind, { status }]) => [kind, never.includes(kind) ? 'none' : String(status)])
        .sort(),
    )
    t.end()
  })
  t.end()
})

t.test('the running program', async t => {
  const filmroom = await assemble(
    readConfig({
      FILMROOM_DATA: t.testdir(),
      FILMROOM_BASE_PATH: '/some/root',
      FILMROOM_CORS_ORIGINS: 'http://viewer.example',
      FILMROOM_LOG_LEVEL: 'silent',
    }),
  )
  const { app } = filmroom
  t.teardown(() => filmroom.stop(0))

  t.test('has the routes of the contract, and no others', t => {
    const written = ({ method, url }: { method: string; url: string }): string => `${method} ${url}`
    // The root is answered with a slash at its end and without.
    const answered = app.filmroomRoutes.filter(({ url }) => url !== '/some/root')
    t.same(sorted(answered.map(written)), sorted(contractRoutes(document, '/some/root').map(written)))
    t.end()
  })

  t.test('serves the contract, with its own DICOMweb root', async t => {
    const answer = await app.inject('/openapi.json')
    const served = answer.json<ContractDocument>()
    t.same({ ...served, servers: undefined }, { ...document, servers: undefined })
    t.match(served, { servers: [{ variables: { basePath: { default: '/some/root' } } }] })
    t.equal((await new Validator().validate({ ...served })).valid, true)
  })

  t.test('answers preflights and bears CORS headers as the contract says, on errors too', async t => {
    const cors = document['x-filmroom-cors']
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/some/root/studies',
      headers: { origin: 'http://viewer.example', 'access-control-request-method': 'GET' },
    })
    t.equal(preflight.statusCode, 204)
    t.same(names(preflight.headers['access-control-allow-methods']), sorted(cors.allowMethods))
    t.same(names(preflight.headers['access-control-allow-headers']), sorted(cors.allowHeaders))
    t.equal(preflight.headers['access-control-max-age'], String(cors.maxAge))
    const error = await app.inject({ url: '/nothing', headers: { origin: 'http://viewer.example' } })
    t.equal(error.statusCode, 404)
    t.equal(error.headers['access-control-allow-origin'], 'http://viewer.example')
    t.same(names(error.headers['access-control-expose-headers']), sorted(cors.exposeHeaders))
    const stranger = await app.inject({ url: '/healthz', headers: { origin: 'http://other.example' } })
    t.equal(stranger.headers['access-control-allow-origin'], undefined)
  })
})

function names(header: unknown): string[] {
  return sorted(String(header).split(/, */))
}

function problemTypes(contract: ContractDocument): string[] {
  const names = contract.components.schemas['ProblemType']?.['enum'] as readonly string[]
  return names.filter(name => name !== 'about:blank').map(name => name.replace('urn:filmroom:problem:', ''))
}

function everywhere(contract: ContractDocument): [status: number, kind: string][] {
  return Object.entries(contract['x-filmroom-everywhere']).flatMap(([status, kinds]) =>
    kinds.map((kind): [number, string] => [Number(status), kind]),
  )
}
