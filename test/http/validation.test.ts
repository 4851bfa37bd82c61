import t from 'tap'
import { assemble } from '../../src/assemble.js'
import { readConfig } from '../../src/config.js'
import { OPERATIONS, operationAt, type Parameter } from '../../src/http/operations.js'
import { exampleInstance } from '../docs/example-instance.js'
import { contractRoutes, filledPath, readContract } from './contract-source.js'

/** Requests are validated by the contract: each parameter it has is checked on every route, and no other is. */

const instance = exampleInstance()

/** A value that the parameter cannot have, or none where it takes every text. */
function wrongValue({ schema: { type, enum: names, pattern } }: Parameter): string | undefined {
  const constrained = type === 'integer' || type === 'boolean' || names !== undefined || pattern !== undefined
  return constrained ? 'wr-ong' : undefined
}

t.test('the program reads the operations that the contract has', async t => {
  const inContract = contractRoutes(readContract(), '/base')
  for (const { method, url, operation } of inContract) {
    const read = operationAt(method, url, '/base')
    t.equal(read?.operationId, operation.operationId, `${method} ${url}`)
    t.same(
      read?.parameters.filter(each => each.in === 'path').map(each => each.name),
      [...url.matchAll(/:(\w+)/g)].map(([, name]) => name),
      `${method} ${url}: its placeholders are its path parameters`,
    )
    t.same(Object.keys(read?.answers ?? {}), Object.keys(operation.responses))
  }
  t.equal(OPERATIONS.filter(each => each.method !== 'OPTIONS').length, inContract.length)
  t.equal(operationAt('GET', '/other/studies', '/base'), undefined)
})

t.test('parameters are described in the words that the validation knows', async t => {
  const words = ['type', 'items', 'enum', 'minimum', 'maximum', 'maxLength', 'pattern', 'default']
  for (const { operationId, parameters } of OPERATIONS)
    for (const { name, in: place, schema } of parameters) {
      t.ok(['path', 'query'].includes(place), `${operationId} ${name} is in the path or the query`)
      // Parameters of any name, which their route reads.
      if (schema.type === 'object') continue
      t.ok(['string', 'integer', 'boolean', 'array'].includes(String(schema.type)), `${operationId} ${name}`)
      t.same(schema.items ?? { type: 'string' }, { type: 'string' })
      t.same(
        Object.keys(schema).filter(each => !words.includes(each)),
        [],
        `${operationId} ${name}`,
      )
    }
})

t.test('requests', async t => {
  const filmroom = await assemble(readConfig({ FILMROOM_DATA: t.testdir(), FILMROOM_LOG_LEVEL: 'silent' }))
  const { app } = filmroom
  t.teardown(() => filmroom.stop(0))
  const answered = async (
    method: string,
    url: string,
  ): Promise<{ status: number; kind: string; detail: string }> => {
    const answer = await app.inject({ method: method as 'GET', url })
    const isProblem = answer.headers['content-type'] === 'application/problem+json'
    const { type = '', detail = '' } = isProblem ? answer.json<{ type?: string; detail?: string }>() : {}
    return { status: answer.statusCode, kind: type.replace('urn:filmroom:problem:', ''), detail }
  }
  const routes = OPERATIONS.filter(each => each.method !== 'OPTIONS').map(operation => ({
    ...operation,
    path: (operation.besideRoot ? '' : '/dicomweb') + operation.url,
  }))

  t.test('a wrong value of any parameter of any operation is 400 and names the parameter', async t => {
    for (const { method, path, parameters } of routes)
      for (const parameter of parameters) {
        const wrong = wrongValue(parameter)
        if (wrong === undefined) continue
        const inPath = parameter.in === 'path'
        const url = inPath
          ? filledPath(path, instance, { [parameter.name]: wrong })
          : `${filledPath(path, instance)}?${parameter.name}=${wrong}${requiredBeside(parameter, parameters)}`
        const { problem = 'invalid-parameter' } = parameter['x-filmroom-invalid'] ?? {}
        const { status, kind, detail } = await answered(method, url)
        t.match({ status, kind }, { status: 400, kind: problem }, `${method} ${url}`)
        t.match(detail, new RegExp(`^the ${parameter.name} .+ is not .{6,}`), `${method} ${url}: ${detail}`)
        t.notMatch(detail, wrong)
        t.notMatch(detail, 'what it has to be')
      }
  })

  t.test(
    'a parameter that is given twice with different values is 400, twice with the same is once',
    async t => {
      for (const { method, path, parameters } of routes)
        for (const { name, in: place, schema } of parameters) {
          if (place !== 'query' || (schema.type !== 'integer' && schema.type !== 'boolean')) continue
          const [one, other] = schema.type === 'integer' ? ['1', '2'] : ['true', 'false']
          const url = filledPath(path, instance)
          t.match(
            await answered(method, `${url}?${name}=${one}&${name}=${other}`),
            {
              status: 400,
              kind: 'invalid-parameter',
              detail: `${name} is given more than once, with different values`,
            },
            `${method} ${url} ${name}`,
          )
          const same = await answered(method, `${url}?${name}=${one}&${name}=${one}&${name}=`)
          t.not(same.status, 400, `${method} ${url} ${name}`)
        }
    },
  )

  t.test('8.3 unknown parameters, and those with names of object prototypes, are ignored', async t => {
    for (const { method, path } of routes.filter(each => each.method === 'GET')) {
      const url = filledPath(path, instance)
      const { status } = await answered(method, url)
      for (const query of ['nonsense=1&nonsense=2', '__proto__=1&constructor=2&toString=3', '_=1', '&&=&a'])
        t.equal((await answered(method, `${url}?${query}`)).status, status, `${url}?${query}`)
    }
  })

  t.test(
    'wrong percent-encoding in a query is 400 on every operation, and the parameter is named',
    async t => {
      for (const { method, path } of routes) {
        const url = filledPath(path, instance)
        for (const wrong of ['a=%', 'a=%zz', '%ff=1', 'a=%C3%28', 'a=%ED%A0%80'])
          t.match(
            await answered(method, `${url}?ok=1&${wrong}`),
            { status: 400, kind: 'invalid-parameter', detail: /^query parameter 2 / },
            `${method} ${url}?${wrong}`,
          )
      }
    },
  )

  t.test('UIDs in paths are digits and dots, at most 64 characters', async t => {
    for (const study of [
      '..%2F..%2Fetc%2Fpasswd',
      '1.2.',
      '.1',
      '1..2',
      'a',
      '1'.repeat(65),
      '1%00',
      '1.2%20',
    ])
      t.match(
        await answered('GET', `/dicomweb/studies/${study}`),
        { status: 400, kind: 'invalid-uid' },
        study,
      )
    t.equal((await answered('GET', `/dicomweb/studies/${'1'.repeat(64)}`)).status, 404)
  })

  t.test('10.4.1.1.5 a frame list is numbers from 1 with commas', async t => {
    const at = `/dicomweb${filledPath('/studies/:study/series/:series/instances/:instance/frames/', instance)}`
    for (const list of ['0', '-1', 'a', '1,', '1,,2', '1.5', '0x1', '99999999999', '1-3', '1%20'])
      t.match(await answered('GET', at + list), { status: 400, kind: 'invalid-frame-list' }, list)
    const long = Array.from({ length: 4000 }, () => '1').join(',')
    t.equal((await answered('GET', `${at}${long},0`)).status, 400)
    t.equal(
      (await answered('GET', at + long)).status,
      404,
      'a long list is a list; the instance is not there',
    )
  })

  t.test('numbers have bounds, texts a length, and what has to be there is', async t => {
    const bulk = filledPath('/dicomweb/studies/:study/rendered', instance)
    for (const [url, isWrong] of [
      ['/dicomweb/changes?limit=0', true],
      ['/dicomweb/changes?limit=10000', false],
      ['/dicomweb/changes?limit=10001', true],
      ['/dicomweb/changes?since=9007199254740991', false],
      ['/dicomweb/changes?since=9007199254740992', true],
      [`/dicomweb/changes?since=${'9'.repeat(400)}`, true],
      [`${bulk}?quality=100`, false],
      [`${bulk}?quality=101`, true],
      ['/wado?requestType=WADO&studyUID=1&seriesUID=1&objectUID=1&anonymize=no', true],
      ['/wado?requestType=WADO&studyUID=1&seriesUID=1', true],
      [`/wado?requestType=WADO&studyUID=1&seriesUID=1&objectUID=${'1'.repeat(65)}`, true],
    ] as const)
      t.equal((await answered('GET', url)).status === 400, isWrong, url)
    t.match(await answered('GET', '/wado?requestType=WADO&studyUID=1&seriesUID=1'), {
      kind: 'invalid-parameter',
      detail: 'the objectUID parameter is missing',
    })
  })

  t.test('an empty number or boolean is an absent one', async t => {
    t.equal((await answered('GET', '/dicomweb/studies?limit=&offset=&fuzzymatching=')).status, 204)
    for (const wrong of ['limit=1.0', 'limit=+1', 'limit=1e3', 'limit=0x10', 'limit=%201', 'offset=-1'])
      t.equal((await answered('GET', `/dicomweb/studies?${wrong}`)).status, 400, wrong)
  })
})

/** The other parameters of the query that have to be there. */
function requiredBeside(parameter: Parameter, parameters: readonly Parameter[]): string {
  return parameters
    .filter(each => each.in === 'query' && each.required === true && each.name !== parameter.name)
    .map(({ name }) => `&${name}=${name === 'requestType' ? 'WADO' : '2.25.1'}`)
    .join('')
}
