// The running instance that HELIOGATE_HOME names, and an operator who sets up what the tests need.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as https } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const home = process.env.HELIOGATE_HOME
if (!home || !process.env.NODE_EXTRA_CA_CERTS) {
  throw new Error('HELIOGATE_HOME and NODE_EXTRA_CA_CERTS name no instance; run ./heliogate test')
}
const admin = JSON.parse(readFileSync(join(home, 'admin.json'), 'utf8'))

export const issuer = new URL(admin.issuer)
export const UMA_TICKET = 'urn:ietf:params:oauth:grant-type:uma-ticket'
// Longer than on any machine that is merely slow.
export const PATIENCE_SECONDS = 120

export const basic = (client) =>
  'Basic ' +
  Buffer.from([client.client_id, client.client_secret].map(encodeURIComponent).join(':')).toString('base64')

// send: one request, which must be answered with that status; gives the JSON.
async function send(status, method, path, headers, body) {
  const response = await fetch(new URL(path, issuer), { method, headers, body })
  const text = await response.text()
  if (response.status !== status) {
    throw new Error(`${method} ${path}: ${response.status} instead of ${status}: ${text}`)
  }
  return text ? JSON.parse(text) : undefined
}

// token: an access token of a client that has a secret.
export async function token(client, scope) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope })
  return (await send(200, 'POST', '/oauth/token', { authorization: basic(client) }, body)).access_token
}

let operator
async function administer(status, method, path, type, body) {
  operator ??= token(admin, 'admin')
  const headers = { authorization: `Bearer ${await operator}`, 'content-type': type }
  return send(status, method, `/admin/api/v1/${path}`, headers, body)
}

export const createClient = (members) =>
  administer(201, 'POST', 'clients', 'application/json', JSON.stringify({ name: `node-${randomUUID()}`, ...members }))

// A client that signs its own assertions: what it is and the private key.
export async function createSigner(keyPair, members) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
  const kid = randomUUID()
  const jwks = { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] }
  const client = await createClient({ authentication: ['private_key_jwt'], jwks, ...members })
  return { client, key: { key: keyPair.privateKey, kid } }
}

// A client that has a certificate for TLS; `fetch` shows it.
export async function createHolder(members) {
  const topic = `node/${randomUUID()}`
  const id = `node-${randomUUID()}`
  await administer(
    201,
    'PUT',
    `workflows/${id}?apply=true`,
    'application/yaml',
    `heliogate: 1
workflow: ${id}
roles:
  ${id}-subscriber:
    grants:
      - { resource-server: mqtt, resource: "${topic}", scopes: [subscribe] }
bootstrap:
  clients:
    - { name: subscriber, role: ${id}-subscriber, authentication: [client_otp] }
  return-pin: false
`,
  )
  const client = await createClient({
    ...members,
    roles: [`${id}-subscriber`, ...(members.roles ?? [])],
    authentication: ['client_secret_basic', 'tls_client_auth'],
  })
  const directory = mkdtempSync(join(tmpdir(), 'heliogate-'))
  try {
    const keyFile = join(directory, 'key.pem')
    const csr = execFileSync(
      'openssl',
      ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
        .concat('-subj', `/CN=${client.username}`, '-outform', 'DER'),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const { certificate } = await certify(client, csr.toString('base64'))
    return { client, fetch: fetchWith(readFileSync(keyFile), certificate) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// certify: the certificate for a CSR, as soon as the broker enforces the client's rights.
async function certify(client, csr) {
  const headers = { authorization: `Bearer ${await token(client, 'uma_authorization')}` }
  let { ticket } = await send(401, 'GET', '/proxy/mqtt', headers)
  const end = Date.now() + PATIENCE_SECONDS * 1000
  while (Date.now() < end) {
    const body = new URLSearchParams({ grant_type: UMA_TICKET, ticket, csr })
    const response = await fetch(new URL('/oauth/token', issuer), { method: 'POST', headers, body })
    const answer = await response.json()
    if (response.ok) return answer.credentials
    if (answer.error !== 'request_submitted') throw new Error(`no certificate: ${JSON.stringify(answer)}`)
    ticket = answer.ticket
  }
  throw new Error('no certificate in time')
}

// fetchWith: a fetch that shows a certificate, which Node's own cannot.
const fetchWith = (key, cert) => async (url, init) => {
  const asked = new Request(url, init)
  const body = Buffer.from(await asked.arrayBuffer())
  return new Promise((resolve, reject) => {
    const options = { method: asked.method, headers: Object.fromEntries(asked.headers), key, cert, agent: false }
    const sent = https(asked.url, options, async (answer) => {
      try {
        const { statusCode: status, headers } = answer
        resolve(new Response(Buffer.concat(await answer.toArray()), { status, headers }))
      } catch (error) {
        reject(error)
      }
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

// A resource server that registers two resources, and a role with rights to both.
export async function createAlbum() {
  const id = `node-${randomUUID()}`
  const server = await administer(201, 'POST', 'resource-servers', 'application/json', JSON.stringify({ id, type: 'oauth' }))
  await administer(
    201,
    'PUT',
    `workflows/${id}?apply=true`,
    'application/yaml',
    `heliogate: 1
workflow: ${id}
roles:
  ${id}-reader:
    grants:
      - { resource-server: ${id}, resource: "album/1", scopes: [view] }
      - { resource-server: ${id}, resource: "album/2", scopes: [view, edit] }
bootstrap:
  clients:
    - { name: reader, role: ${id}-reader, authentication: [client_otp] }
  return-pin: false
`,
  )
  const pat = { authorization: `Bearer ${await token(server, 'uma_protection')}`, 'content-type': 'application/json' }
  const register = (name) =>
    send(201, 'POST', '/uma/resource_set', pat, JSON.stringify({ name, resource_scopes: ['view', 'edit'] }))
  const resources = [await register('album/1'), await register('album/2')].map((made) => made._id)
  // ticket: for one scope of one of the two.
  const ticket = async (number, scope) => {
    const wanted = JSON.stringify({ resource_id: resources[number - 1], resource_scopes: [scope] })
    return (await send(201, 'POST', '/uma/permission', pat, wanted)).ticket
  }
  return { role: `${id}-reader`, server, resources, ticket }
}
