-- Who tells the status of certificates. Runs unchanged on H2 and PostgreSQL.

-- The pairs that sign OCSP responses. The row is there before the pair, so that of all nodes one makes it.
create table ocsp_responder (
  id              varchar(32)  not null primary key,   -- the pair's alias where it is in the key store
  issuer_ski      varchar(64)  not null,               -- of the CA for which it speaks
  number          bigint       not null,               -- each one's is one more than that of the one before
  sealed          varchar(1024),                       -- the private part, sealed by the HSM; null where the key store has it
  serial          varchar(40)  unique,                 -- of its certificate; null while that is made
  created_at      timestamp(6) with time zone not null,
  constraint ocsp_responder_number unique (issuer_ski, number)
);
