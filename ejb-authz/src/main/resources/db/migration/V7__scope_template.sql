-- What the tokens for a server that registers its own resources are like. Runs unchanged on H2 and PostgreSQL.

-- How a token's scope claim is made of its permissions; null for none.
alter table resource_server add column scope_template varchar(512);
-- In seconds.
alter table resource_server add column rpt_lifetime int default 300 not null;

-- A deleted resource was kept for as long as a token lived, 300 s; now for the longest time that one may, an hour.
update revoked_token set expires_at = expires_at + interval '55' minute;
