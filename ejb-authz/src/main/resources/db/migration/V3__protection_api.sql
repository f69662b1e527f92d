-- Resource servers that register their own resources, and the end of single tokens. Runs unchanged on H2 and
-- PostgreSQL.

-- A server without a pool registers its own resources, as the client named here.
alter table resource_server alter column connection_factory drop not null;
alter table resource_server add column client_id varchar(64);
alter table resource_server add constraint resource_server_client
  foreign key (client_id) references client (client_id);
create unique index resource_server_by_client on resource_server (client_id);

-- What a resource server says of a resource that it has registered itself.
alter table resource add column type varchar(256);
alter table resource add column description varchar(2048);
alter table resource add column icon_uri varchar(1024);
alter table resource add column registered boolean default false not null;

-- Tokens that ended early, and resources that were deleted while tokens for them may be about.
create table revoked_token (
  digest          varchar(43)  not null primary key,
  expires_at      timestamp(6) with time zone not null
);
create index revoked_token_expiry on revoked_token (expires_at);
