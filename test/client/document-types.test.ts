/** The client's types of documents against the OpenAPI document: every member of one is in the other, as the compiler sees them. */
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { appWorld } from '../http/app-world.ts'

/** The client's name of each document, and the document's own. */
const PAIRS = {
  JobDocument: 'Job',
  JobEvent: 'JobEvent',
  EndpointEvent: 'EndpointEvent',
  GroupEvent: 'GroupEvent',
  DestinationDocument: 'Destination',
  DeliveryDocument: 'Delivery',
  DeliveryWithLog: 'DeliveryWithLog',
  DeliveryExplanation: 'Explanation',
  ReplayPreview: 'ReplayPreview',
  DeadLetterSummary: 'DeadLetterSummary',
  ReplayedDeadLetters: 'ReplayedDeadLetters',
  RetriedDeliveries: 'RetriedDeliveries',
  EndpointDocument: 'Endpoint',
  NewEndpoint: 'NewEndpoint',
  CreateEndpoint: 'CreateEndpoint',
  UpdateEndpoint: 'UpdateEndpoint',
  EndpointTest: 'EndpointTest',
  SigningSecret: 'SigningSecret',
  RotatedSecret: 'RotatedSecret',
  RotateSecret: 'RotateSecret',
  TenantDocument: 'Tenant',
  CreateTenant: 'CreateTenant',
  UpdateTenant: 'UpdateTenant',
  CreatePortalLink: 'CreatePortalLink',
  PortalLink: 'PortalLink',
  ApiKeyDocument: 'ApiKey',
  NewApiKey: 'NewApiKey',
  CreateApiKey: 'CreateApiKey',
  JobTypeDocument: 'JobType',
  JobSummary: 'JobSummary',
  RerunAnswer: 'RerunAnswer',
  RerunPreview: 'RerunPreview',
} as const

/** Shapes that the generator does not name, or writes otherwise than the client says them. */
const OTHERS = {
  FeedMembers: ["keyof import('SOURCE').FeedEvent | 'tenant_id'", "keyof components['schemas']['FeedEvent']"],
  AlertTypes: ["import('SOURCE').AlertEvent['type']", "components['schemas']['AlertEvent']['type']"],
  CallbackTypes: [
    "import('SOURCE').CallbackEvent['type']",
    "components['schemas']['SubscribedEvent'] | components['schemas']['EndpointEventType']",
  ],
  SubmitMembers: [
    "Exclude<keyof import('SOURCE').SubmitOptions, keyof import('SOURCE').SendOnceOptions> | 'type' | 'payload'",
    "keyof components['schemas']['SubmitJob']",
  ],
  JobFilterMembers: [
    "Exclude<keyof import('SOURCE').ListJobs<{}>, never>",
    "keyof NonNullable<paths['/v1/jobs']['get']['parameters']['query']>",
  ],
  DeliveryFilterMembers: [
    "keyof (import('SOURCE').DeliveryFilter & import('SOURCE').PageOptions)",
    "keyof NonNullable<paths['/v1/deliveries']['get']['parameters']['query']>",
  ],
} as const

const SOURCE = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url))

test('the types have every member of the documents, and no other', async () => {
  await using a = await appWorld()
  const document = (await a.ask('GET', '/openapi.json', { key: null })).json
  const program = compile({
    'schema.ts': astToString(await openapiTS(document)),
    'pairs.ts': [
      "import type { components, paths } from './schema.ts'",
      ...Object.entries(PAIRS).map(
        ([ours, theirs]) => `export type ${ours} = [import('${SOURCE}').${ours}, components['schemas']['${theirs}']]`,
      ),
      ...Object.entries(OTHERS).map(([name, pair]) => `export type ${name} = [${pair.join(', ').replaceAll('SOURCE', SOURCE)}]`),
    ].join('\n'),
  })
  expect(differences(program)).toEqual([])
})

test('a member too many, one too few and another type are seen', () => {
  const program = compile({
    'pairs.ts': `export type A = [{ id: string; more: number }, { id: string }]
      export type B = [{ inner: { a: string }[] }, { inner: { a: string; b?: string }[] }]
      export type C = [{ a: string | null }, { a: string }]
      export type D = [{ a: 'x' | 'y' }, { a: 'x' }]
      export type E = ['a', 'a' | 'b']
      export type F = [{ a: { b: string } | null }, { a: { b: string; c: string } | null }]`,
  })
  expect(differences(program)).toEqual(['A.more', 'B.inner.0.b', 'C.a', 'D.a', 'E', 'F.a.c'])
})

/** Where the two of each pair differ. */
function differences(program: ts.Program): string[] {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile('/virtual/pairs.ts')
  const faults = ts.getPreEmitDiagnostics(program, file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  if (file === undefined || faults.length > 0) throw new Error(faults.join('\n'))
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol).flatMap((symbol) => {
    const [ours, theirs] = checker.getTypeArguments(checker.getDeclaredTypeOfSymbol(symbol) as ts.TypeReference)
    return ours === undefined || theirs === undefined ? [symbol.name] : compare(checker, [ours, theirs], symbol.name)
  })
}

function compare(checker: ts.TypeChecker, pair: readonly [ts.Type, ts.Type], place: string): string[] {
  const [ours, theirs] = pair.map((type) => objectOf(checker, type))
  if (ours === undefined || theirs === undefined) {
    const same = checker.isTypeAssignableTo(pair[0], pair[1]) && checker.isTypeAssignableTo(pair[1], pair[0])
    return same ? [] : [place]
  }
  const members = (type: ts.Type) => new Map(checker.getPropertiesOfType(type).map((symbol) => [symbol.name, symbol]))
  const [own, other] = [members(ours), members(theirs)]
  const element = [ours, theirs].map((type) => checker.getIndexTypeOfType(type, ts.IndexKind.Number))
  if (element[0] !== undefined && element[1] !== undefined) return compare(checker, [element[0], element[1]], `${place}.0`)
  return [...new Set([...own.keys(), ...other.keys()])].flatMap((name) => {
    const [one, two] = [own.get(name), other.get(name)]
    if (one === undefined || two === undefined) return [`${place}.${name}`]
    return compare(checker, [checker.getTypeOfSymbol(one), checker.getTypeOfSymbol(two)], `${place}.${name}`)
  })
}

/** The object in `object | null | undefined`; a record of strings is none, it is compared as it is. */
function objectOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  const present = checker.getNonNullableType(type)
  const isObject = (present.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
  return isObject && checker.getIndexTypeOfType(present, ts.IndexKind.String) === undefined ? present : undefined
}

/** Files by name in a folder that is not there, beside the real ones. */
function compile(files: Readonly<Record<string, string>>): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile, directoryExists } = host
  const textOf = (path: string) => (path.startsWith('/virtual/') ? files[path.slice('/virtual/'.length)] : undefined)
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = textOf(path)
    return text === undefined ? getSourceFile(path, languageVersion, ...rest) : ts.createSourceFile(path, text, languageVersion)
  }
  host.fileExists = (path) => textOf(path) !== undefined || fileExists(path)
  host.directoryExists = (path) => path === '/virtual' || (directoryExists?.(path) ?? true)
  host.readFile = (path) => textOf(path) ?? readFile(path)
  return ts.createProgram(['/virtual/pairs.ts'], options, host)
}
