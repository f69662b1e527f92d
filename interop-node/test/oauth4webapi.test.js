// oauth4webapi, as it is.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as oauth from 'oauth4webapi'
import { createAlbum, createClient, createHolder, createSigner, issuer, PATIENCE_SECONDS, UMA_TICKET } from '../lib/instance.js'

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

  it('client credentials: when private_key_jwt (RFC 7523) then a token is given and revoked', async () => {
    const { client, key } = await createSigner(await oauth.generateKeyPair('ES256', { extractable: true }), { roles: [album.role] })
    const authentication = oauth.PrivateKeyJwt(key)
    const { access_token: token } = await credentials(client, authentication, {})
    assert.equal((await introspect(token)).active, true)
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, options()))
    assert.deepEqual(await introspect(token), { active: false })
    const stranger = await oauth.generateKeyPair('ES256')
    await assert.rejects(credentials(client, oauth.PrivateKeyJwt({ ...key, key: stranger.privateKey }), {}), { status: 401 })
  })

  it('client credentials: when tls_client_auth (RFC 8705) then the token is bound to the certificate', async () => {
    const { client, fetch } = await createHolder({ roles: [album.role] })
    const own = { [oauth.customFetch]: fetch }
    const { access_token: aat } = await credentials(client, oauth.TlsClientAuth(), {}, own)
    const state = await introspect(aat)
    assert.equal(state.active, true)
    assert.match(state.cnf['x5t#S256'], /^[A-Za-z0-9_-]{43}$/)
    await assert.rejects(credentials(client, oauth.TlsClientAuth(), {}), { status: 401 })
    const granted = await redeem(client, oauth.TlsClientAuth(), await album.ticket(1, 'view'), own)
    assert.equal((await introspect(granted.access_token)).cnf['x5t#S256'], state.cnf['x5t#S256'])
  })

  // withNonce: again with the nonce that the server asked for (RFC 9449 §8).
  async function withNonce(attempt) {
    try {
      return await attempt()
    } catch (error) {
      assert.ok(oauth.isDPoPNonceError(error), error)
      return attempt()
    }
  }

  it('DPoP: when the AAT is shown with a proof then the RPT is bound to the same key (RFC 9449)', async () => {
    const client = await application('client_secret_basic')
    const authentication = oauth.ClientSecretBasic(client.client_secret)
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const { access_token: aat, token_type } = await withNonce(() => credentials(client, authentication, {}, { DPoP }))
    assert.equal(token_type, 'dpop')
    const body = new URLSearchParams({ grant_type: UMA_TICKET, ticket: await album.ticket(2, 'view') })
    const response = await withNonce(() =>
      oauth.protectedResourceRequest(aat, 'POST', new URL(as.token_endpoint), undefined, body, { DPoP, ...options() }),
    )
    const granted = await oauth.processGenericTokenEndpointResponse(as, client, response)
    assert.equal(granted.token_type, 'dpop')
    // What the resource server would be sent.
    let request
    await oauth.protectedResourceRequest(granted.access_token, 'GET', new URL('https://album.example/2'), undefined, undefined, {
      DPoP,
      [oauth.customFetch]: async (url, init) => {
        request = new Request(url, init)
        return new Response()
      },
    })
    const claims = await oauth.validateJwtAccessToken(as, request, album.server.client_id, { requireDPoP: true, ...options() })
    assert.equal((await introspect(granted.access_token)).cnf.jkt, claims.cnf.jkt)
    await assert.rejects(
      oauth.protectedResourceRequest(aat, 'GET', new URL('/proxy/mqtt', issuer), undefined, undefined, options()),
      (error) => error.status === 401 && error.cause.some((one) => one.parameters.error === 'invalid_token'),
    )
  })
})
