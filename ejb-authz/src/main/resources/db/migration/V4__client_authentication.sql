-- By what else than a secret a client proves who it is. Runs unchanged on H2 and PostgreSQL.

alter table client add column jwks varchar(16384);               -- its public keys, a JWK set
alter table client add column tls_subject_dn varchar(1024);      -- of its certificate, null for CN=<username>
