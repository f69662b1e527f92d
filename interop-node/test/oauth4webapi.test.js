// oauth4webapi, as it is.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as oauth from 'oauth4webapi'
import { createAlbum, createClient, issuer, PATIENCE_SECONDS, UMA_TICKET } from '../lib/instance.js'

const options = () => ({ signal: AbortSignal.timeout(PATIENCE_SECONDS * 1000) })

describe('oauth4webapi', () => {
  let as, album

  before(async () => {
    as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options() }),
    )
    album = await createAlbum()
  })

  const application = (method, more) => createClient({ roles: [album.role], authentication: [method], ...more })

  async function credentials(client, authentication, parameters, more) {
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, { ...options(), ...more })
    return oauth.processClientCredentialsResponse(as, client, response)
  }

  async function redeem(client, authentication, ticket, more) {
    const response = await oauth.genericTokenEndpointRequest(as, client, authentication, UMA_TICKET, { ticket }, { ...options(), ...more })
    return oauth.processGenericTokenEndpointResponse(as, client, response)
  }

  async function introspect(token) {
    const authentication = oauth.ClientSecretBasic(album.server.client_secret)
    const response = await oauth.introspectionRequest(as, album.server, authentication, token, options())
    return oauth.processIntrospectionResponse(as, album.server, response)
  }

  it('metadata: when discovered (RFC 8414) then names the endpoints', () => {
    assert.equal(as.issuer, issuer.href.replace(/\/$/, ''))
    for (const name of ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'jwks_uri']) {
      assert.ok(as[name].startsWith(issuer.href), name)
    }
    assert.ok(as.grant_types_supported.includes(UMA_TICKET))
  })

  for (const [method, authentication] of [
    ['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost],
  ]) {
    it(`client credentials: when ${method} then a token is given`, async () => {
      const client = await application(method)
      const granted = await credentials(client, authentication(client.client_secret), { scope: 'uma_authorization' })
      assert.equal(granted.token_type, 'bearer')
      assert.equal(granted.scope, 'uma_authorization')
      assert.ok(granted.expires_in > 0)
    })

    it(`client credentials: when ${method} is wrong then the client is challenged`, async () => {
      const client = await application(method)
      await assert.rejects(credentials(client, authentication('wrong'), {}), (error) => {
        assert.ok(error instanceof oauth.WWWAuthenticateChallengeError)
        assert.equal(error.status, 401)
        assert.equal(error.cause[0].scheme, 'basic')
        return true
      })
    })
  }

  it('client credentials: when the scope is not its own then invalid_scope', async () => {
    const client = await application('client_secret_basic')
    await assert.rejects(credentials(client, oauth.ClientSecretBasic(client.client_secret), { scope: 'admin' }), (error) => {
      assert.ok(error instanceof oauth.ResponseBodyError)
      assert.equal(error.error, 'invalid_scope')
      return true
    })
  })

  it('token: when introspected, revoked and introspected again then active, then not', async () => {
    const client = await application('client_secret_basic')
    const authentication = oauth.ClientSecretBasic(client.client_secret)
    const { access_token: token } = await credentials(client, authentication, {})
    const state = await introspect(token)
    assert.equal(state.active, true)
    assert.equal(state.client_id, client.client_id)
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, options()))
    assert.deepEqual(await introspect(token), { active: false })
  })

  it('UMA grant: when the ticket is good then a JWT access token that verifies (RFC 9068)', async () => {
    const client = await application('client_secret_basic')
    const granted = await redeem(client, oauth.ClientSecretBasic(client.client_secret), await album.ticket(2, 'edit'))
    const request = new Request('https://album.example/2', { headers: { authorization: `Bearer ${granted.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, album.server.client_id, options())
    assert.equal(claims.sub, client.client_id)
    assert.deepEqual(claims.permissions, [
      { resource_id: album.resources[1], resource_name: 'album/2', resource_scopes: ['edit'] },
    ])
    const [permission] = (await introspect(granted.access_token)).permissions
    assert.equal(permission.resource_id, album.resources[1])
    assert.deepEqual(permission.resource_scopes, ['edit'])
  })

  it('UMA grant: when the client has no such right then request_denied', async () => {
    const client = await application('client_secret_post')
    const ticket = await album.ticket(1, 'edit')
    await assert.rejects(redeem(client, oauth.ClientSecretPost(client.client_secret), ticket), (error) => {
      assert.ok(error instanceof oauth.ResponseBodyError)
      assert.equal(error.status, 403)
      assert.equal(error.error, 'request_denied')
      return true
    })
  })
})
