/** What src/http/contract.ts (types) and contract-document.ts have to be, both from openapi/filmroom.yaml. The document
 *  is written into the program so that it is served without a file to find and without a YAML parser. */
import { readFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import type { InstanceUids } from '../../src/dicom/instance-uids.js'

/** Relative to the project's root, where tests and scripts run. */
export const CONTRACT_YAML = 'openapi/filmroom.yaml'
export const CONTRACT_TYPES_TS = 'src/http/contract.ts'
export const CONTRACT_DOCUMENT_TS = 'src/http/contract-document.ts'

export interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, OperationResponse>>
  readonly parameters?: readonly unknown[]
  readonly requestBody?: Pick<OperationResponse, '$ref' | 'content'>
}
interface OperationResponse {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly schema?: { readonly $ref?: string } }>>
  readonly 'x-filmroom-problems'?: readonly string[]
}
export type PathItem = Readonly<Record<string, unknown>>
export interface ContractDocument {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly responses: Readonly<Record<string, OperationResponse>>
    readonly requestBodies: Readonly<Record<string, Pick<OperationResponse, 'content'>>>
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  /** status → kinds that any path may answer */
  readonly 'x-filmroom-everywhere': Readonly<Record<string, readonly string[]>>
  /** kind → where it shows instead */
  readonly 'x-filmroom-never-a-status': Readonly<Record<string, string>>
  readonly 'x-filmroom-cors': {
    readonly allowMethods: readonly string[]
    readonly allowHeaders: readonly string[]
    readonly exposeHeaders: readonly string[]
    /** seconds */
    readonly maxAge: number
  }
}

/** The document as its author wrote it, anchors resolved. */
export function readContract(): ContractDocument {
  return parse(readFileSync(CONTRACT_YAML, 'utf8')) as ContractDocument
}

const MADE = `/** Made from ${CONTRACT_YAML} by \`npm run contract\`. Change that file, not this one. */\n`

/** The whole text of each file that is made from the contract, by its path. */
export async function contractSources(): Promise<Readonly<Record<string, string>>> {
  const types = astToString(await openapiTS(readFileSync(CONTRACT_YAML, 'utf8')))
  const document = JSON.stringify(readContract(), null, 1)
  return {
    [CONTRACT_TYPES_TS]: `${MADE}${types}`,
    [CONTRACT_DOCUMENT_TS]: `${MADE}/** The contract as it is served; \`basePath\` is the default. */
export const contractDocument = ${document} as const
`,
  }
}

export const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const

export interface ContractRoute {
  readonly method: string
  /** as Fastify writes it, with the DICOMweb root in front unless the path stands beside it */
  readonly url: string
  readonly operation: Operation
}

/** Every operation of the document. */
export function contractRoutes(document: ContractDocument, basePath: string): ContractRoute[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap(method => {
      const operation = item[method] as Operation | undefined
      if (operation === undefined) return []
      const root = item['x-filmroom-root'] === true ? '' : basePath
      return [{ method: method.toUpperCase(), url: root + path.replace(/\{(\w+)\}/g, ':$1'), operation }]
    }),
  )
}

/** The path of a route with its parameters filled in.
 * @param instance whose study, series and instance they are; every other parameter has a value that it can have */
export function filledPath(url: string, instance: InstanceUids, others: Values = {}): string {
  const values: Values = {
    study: instance.StudyInstanceUID,
    series: instance.SeriesInstanceUID,
    instance: instance.SOPInstanceUID,
    frames: '1',
    path: '7FE00010',
    ...others,
  }
  return url.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for the path parameter ${name}`)
    return value
  })
}
type Values = Readonly<Record<string, string>>

/** Problem kinds that an operation can answer, by status. */
export function problemsOf(
  document: ContractDocument,
  operation: Operation,
): [status: number, kind: string][] {
  return Object.keys(operation.responses).flatMap(status => {
    const kinds = responseOf(document, operation, status)?.['x-filmroom-problems'] ?? []
    return kinds.map((kind): [number, string] => [Number(status), kind])
  })
}

/** Whether the contract has that status of the operation with that media type. The document writes multipart bodies
 *  with the type of their parts, and may leave the subtype open (`image/*`). */
export function declares(
  document: ContractDocument,
  operation: Operation,
  status: number,
  contentType: string | undefined,
): boolean {
  return declaredBy(document, operation, status, contentType).length > 0
}

/** Every media type that the contract has for the operation's request or its success, each alone: of multipart bodies
 *  the outer type and that of the parts. Problem documents are everywhere the same and left out. */
export function mediaTypesOf(document: ContractDocument, operation: Operation): string[] {
  const given = operation.requestBody
  const request = given?.$ref === undefined ? given : document.components.requestBodies[lastOf(given.$ref)]
  const answers = Object.keys(operation.responses).map(status => responseOf(document, operation, status))
  return [request, ...answers]
    .flatMap(body => Object.keys(body?.content ?? {}))
    .flatMap(type => essence(type).split(' '))
    .filter(type => type !== 'application/problem+json')
}

/** Every answer of an operation: `200 application/dicom+json`, each media type alone; `204` without one. */
export function declaredAnswers(document: ContractDocument, operation: Operation): string[] {
  return Object.keys(operation.responses).flatMap(status => {
    const types = Object.keys(responseOf(document, operation, status)?.content ?? {})
    return types.length === 0 ? [status] : types.map(type => `${status} ${essence(type)}`)
  })
}

/** Those of them that an answer is. */
export function declaredBy(
  document: ContractDocument,
  operation: Operation,
  status: number,
  contentType: string | undefined,
): string[] {
  return declaredAnswers(document, operation).filter(each => fitsDeclared(each, status, contentType))
}

function fitsDeclared(declared: string, status: number, contentType: string | undefined): boolean {
  const came = contentType === undefined ? String(status) : `${status} ${essence(contentType)}`
  return declared.endsWith('/*') ? came.startsWith(declared.slice(0, -1)) : came === declared
}

/** The name of the schema that an answer's JSON body has to fit; undefined where it is no JSON of a named schema. */
export function schemaOf(
  document: ContractDocument,
  operation: Operation,
  status: number,
  contentType: string,
): string | undefined {
  const content = responseOf(document, operation, String(status))?.content ?? {}
  const declared = Object.entries(content).find(([type]) => type === essence(contentType))?.[1]
  return /\+?json$/.test(essence(contentType)) ? declared?.schema?.$ref?.split('/').at(-1) : undefined
}

function responseOf(
  document: ContractDocument,
  operation: Operation,
  status: string,
): OperationResponse | undefined {
  const given = operation.responses[status]
  return given?.$ref === undefined ? given : document.components.responses[lastOf(given.$ref)]
}

/** `#/components/responses/NotFound` → `NotFound` */
function lastOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}

/** `multipart/related; type="a/b"; boundary=x` → `multipart/related a/b`; of others the type alone. */
function essence(contentType: string): string {
  const type = contentType.split(';')[0]?.trim() ?? ''
  const part = /; ?type="([^"]+)"/.exec(contentType)?.[1]
  return part === undefined ? type : `${type} ${part}`
}
