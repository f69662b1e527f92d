-- What operators grant and refuse, and what clients have asked them for. Runs unchanged on H2 and PostgreSQL.

create table access_grant (
  id              varchar(36)  not null primary key,
  client_id       varchar(64)  references client (client_id),   -- either this
  role            varchar(64)  references role (name),          -- or this
  resource_server varchar(64)  not null references resource_server (id),
  resource        varchar(1024) not null,              -- a template
  scopes          varchar(1088) not null,              -- space-delimited
  effect          varchar(8)   not null,               -- ALLOW, DENY
  not_before      timestamp(6) with time zone,
  not_after       timestamp(6) with time zone,
  next_bound      timestamp(6) with time zone,         -- the next of these two that resource servers must hear of
  created_by      varchar(128) not null,
  created_at      timestamp(6) with time zone not null,
  version         bigint       not null,
  constraint access_grant_holder check ((client_id is null and role is not null)
                                     or (client_id is not null and role is null))
);
create index access_grant_of_client on access_grant (client_id, id);
create index access_grant_of_role on access_grant (role, id);
create index access_grant_due on access_grant (next_bound);

-- Whether an operator may approve what nobody has granted.
alter table resource_server add column approvals varchar(16) default 'NONE' not null;

create table approval (
  id              varchar(36)  not null primary key,
  client_id       varchar(64)  not null references client (client_id),
  resource_server varchar(64)  not null references resource_server (id),
  resource        varchar(1024) not null,
  scopes          varchar(1088) not null,              -- space-delimited
  status          varchar(16)  not null,               -- PENDING, APPROVED, DENIED
  open_key        varchar(43)  unique,                 -- of client, server, resource and scopes, unless approved
  requested_at    timestamp(6) with time zone not null,
  expires_at      timestamp(6) with time zone not null,
  decided_at      timestamp(6) with time zone,
  decided_by      varchar(128),
  grant_id        varchar(36),                         -- what the approval has made, which may be gone since
  version         bigint       not null
);
create index approval_of_client on approval (client_id, status);
create index approval_by_expiry on approval (expires_at);
create index approval_by_status on approval (status, id);
