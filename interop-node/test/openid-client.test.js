// openid-client, as it is.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as client from 'openid-client'
import { createAlbum, createClient, createHolder, createSigner, issuer, PATIENCE_SECONDS, UMA_TICKET } from '../lib/instance.js'

describe('openid-client', () => {
  let album

  before(async () => {
    album = await createAlbum()
  })

  async function discovered(registered, authentication) {
    const config = await client.discovery(issuer, registered.client_id, undefined, authentication, { algorithm: 'oauth2' })
    config.timeout = PATIENCE_SECONDS
    return config
  }

  async function application(method, authentication, more) {
    const registered = await createClient({ roles: [album.role], authentication: [method], ...more })
    return discovered(registered, authentication(registered.client_secret))
  }

  const server = () => discovered(album.server, client.ClientSecretBasic(album.server.client_secret))

  for (const [method, authentication] of [
    ['client_secret_basic', client.ClientSecretBasic],
    ['client_secret_post', client.ClientSecretPost],
  ]) {
    it(`client credentials: when ${method} then a token is given`, async () => {
      const config = await application(method, authentication)
      const granted = await client.clientCredentialsGrant(config, { scope: 'uma_authorization' })
      assert.equal(granted.scope, 'uma_authorization')
      assert.ok(granted.expiresIn() > 0)
    })
  }

  it('token: when introspected, revoked and introspected again then active, then not', async () => {
    const config = await application('client_secret_basic', client.ClientSecretBasic)
    const introspector = await server()
    const { access_token: token } = await client.clientCredentialsGrant(config)
    assert.equal((await client.tokenIntrospection(introspector, token)).active, true)
    await client.tokenRevocation(config, token)
    assert.equal((await client.tokenIntrospection(introspector, token)).active, false)
    await assert.rejects(client.genericGrantRequest(config, UMA_TICKET, { ticket: 'x' }), { error: 'invalid_grant' })
  })

  it('UMA grant: when two tickets then the second token has both permissions', async () => {
    const config = await application('client_secret_post', client.ClientSecretPost)
    const first = await client.genericGrantRequest(config, UMA_TICKET, { ticket: await album.ticket(1, 'view') })
    const second = await client.genericGrantRequest(config, UMA_TICKET, {
      ticket: await album.ticket(2, 'view'),
      rpt: first.access_token,
    })
    assert.equal(second.upgraded, true)
    const { permissions } = await client.tokenIntrospection(await server(), second.access_token)
    assert.deepEqual(permissions.map((one) => one.resource_id).sort(), [...album.resources].sort())
  })

  it('protection API: when called with a PAT then the resources are listed', async () => {
    const config = await server()
    const { access_token: pat } = await client.clientCredentialsGrant(config, { scope: 'uma_protection' })
    const url = new URL('/uma/resource_set', issuer)
    const response = await client.fetchProtectedResource(config, pat, url, 'GET')
    assert.deepEqual((await response.json()).sort(), [...album.resources].sort())
    await assert.rejects(client.fetchProtectedResource(config, 'unknown', url, 'GET'), (error) => {
      assert.equal(error.status, 401)
      assert.equal(error.cause[0].parameters.error, 'invalid_token')
      return true
    })
  })

  it('client credentials: when private_key_jwt then a token is given', async () => {
    const { client: registered, key } = await createSigner(await client.randomDPoPKeyPair('ES256', { extractable: true }), {
      roles: [album.role],
    })
    const config = await discovered(registered, client.PrivateKeyJwt(key))
    const granted = await client.clientCredentialsGrant(config)
    assert.equal(granted.scope, 'uma_authorization')
    await client.tokenRevocation(config, granted.access_token)
  })

  it('client credentials: when tls_client_auth then the token is bound to the certificate', async () => {
    const { client: registered, fetch } = await createHolder({})
    const config = await discovered(registered, client.TlsClientAuth())
    config[client.customFetch] = fetch
    const { access_token: token } = await client.clientCredentialsGrant(config)
    const state = await client.tokenIntrospection(await server(), token)
    assert.match(state.cnf['x5t#S256'], /^[A-Za-z0-9_-]{43}$/)
  })

  it('DPoP: when nonces are asked for then the client sends them by itself', async () => {
    const config = await server()
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const { access_token: pat, token_type } = await client.clientCredentialsGrant(config, undefined, { DPoP })
    assert.equal(token_type, 'dpop')
    const url = new URL('/uma/resource_set', issuer)
    const fresh = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const response = await client.fetchProtectedResource(config, pat, url, 'GET', undefined, undefined, { DPoP })
    assert.equal((await response.json()).length, 2)
    await assert.rejects(client.fetchProtectedResource(config, pat, url, 'GET', undefined, undefined, { DPoP: fresh }), { status: 401 })
    const reader = await application('client_secret_post', client.ClientSecretPost)
    const handle = client.getDPoPHandle(reader, await client.randomDPoPKeyPair())
    const ticket = await album.ticket(2, 'edit')
    const rpt = await client.genericGrantRequest(reader, UMA_TICKET, { ticket }, { DPoP: handle })
    assert.equal(rpt.token_type, 'dpop')
    assert.ok((await client.tokenIntrospection(config, rpt.access_token)).cnf.jkt)
  })
})
