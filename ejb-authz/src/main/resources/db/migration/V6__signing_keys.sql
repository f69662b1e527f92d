-- The pairs that sign tokens. Runs unchanged on H2 and PostgreSQL.

-- The row is there before the pair, so that of all nodes one makes it.
create table signing_key (
  id              varchar(32)  not null primary key,   -- the pair's alias where it is in the key store
  number          bigint       not null unique,        -- each key's is one more than that of the one before
  holder          varchar(16)  not null,               -- KEY_STORE, or SEALED: the private part is in this row
  sealed          varchar(1024),                       -- sealed by the HSM
  public_key      varchar(512),                        -- SubjectPublicKeyInfo, base64; null while the pair is made
  kid             varchar(43)  unique,                 -- RFC 7638 thumbprint
  created_at      timestamp(6) with time zone not null,
  activates_at    timestamp(6) with time zone,         -- from when on it signs
  retires_at      timestamp(6) with time zone,         -- from when on the next one signs
  revoked_at      timestamp(6) with time zone          -- from when on its tokens are refused
);
create index signing_key_retirement on signing_key (retires_at);
create index signing_key_revocation on signing_key (revoked_at);

-- What is purged in the background by its age.
create index token_key_expiry on token_key (expires_at);
