-- What the first contact of a device needs. Runs unchanged on H2 and PostgreSQL.

-- Secure elements as their maker listed them, and how far each has come.
create table device (
  master_id       varchar(64)  not null primary key,
  public_key      varchar(2048) not null,              -- SubjectPublicKeyInfo, base64
  pin_sealed      varchar(512),
  otp_sealed      varchar(512),
  attributes      varchar(16384) not null,             -- JSON object
  content_hash    varchar(64)  not null,               -- of the manifest line
  onboarding      varchar(16)  not null,               -- loaded, responded, confirmed, rearmed
  standing        varchar(16)  not null,               -- active, suspended, revoked, retired
  otp_counter     bigint       not null,               -- the last one spent, 0 for none
  otp_unbounded   boolean      not null,               -- a re-arm lifts the look-ahead once
  pin_window      timestamp(6) with time zone,         -- when the hour of counting PIN answers began
  pin_answers     int          not null,
  created_at      timestamp(6) with time zone not null,
  updated_at      timestamp(6) with time zone not null,
  version         bigint       not null
);

create table device_workflow (
  master_id       varchar(64)  not null references device (master_id),
  position        int          not null,
  workflow        varchar(64)  not null,
  primary key (master_id, position)
);
create index device_workflow_by_workflow on device_workflow (workflow, master_id);

-- Workflow documents; the applied version is the one whose roles and scripts are in force.
create table workflow (
  name            varchar(64)  not null primary key,
  latest_version  int          not null,
  applied_version int          not null,
  version         bigint       not null
);

create table workflow_version (
  workflow        varchar(64)  not null references workflow (name),
  number          int          not null,
  document        varchar(65536) not null,
  digest          varchar(64)  not null,
  created_by      varchar(64)  not null,
  created_at      timestamp(6) with time zone not null,
  primary key (workflow, number)
);

create table role (
  name             varchar(64) not null primary key,
  workflow         varchar(64) not null,               -- that last defined it, in that version
  workflow_version int         not null
);

create table workflow_role (
  workflow        varchar(64)  not null references workflow (name),
  role            varchar(64)  not null references role (name),
  primary key (workflow, role)
);

create table role_grant (
  role            varchar(64)  not null references role (name),
  position        int          not null,
  resource_server varchar(64)  not null,
  resource        varchar(1024) not null,              -- a template
  scopes          varchar(1024) not null,              -- space-delimited
  primary key (role, position)
);

create table resource_server (
  id                 varchar(64) not null primary key,
  type               varchar(64) not null,
  connection_factory varchar(256) not null,
  created_at         timestamp(6) with time zone not null,
  version            bigint      not null
);

create table client (
  client_id       varchar(64)  not null primary key,
  username        varchar(32)  not null unique,
  name            varchar(128) not null,
  kind            varchar(24)  not null,               -- device, application, admin
  master_id       varchar(64)  references device (master_id),
  workflow        varchar(64),
  status          varchar(16)  not null,               -- active, revoked
  authentication  varchar(256) not null,               -- token endpoint methods, space-delimited
  scope           varchar(256) not null,               -- what it may ask for, space-delimited
  aat_bearer      boolean      not null,
  return_pin      boolean      not null,
  secret_hash     varchar(64),                         -- SHA-256, base64url
  tokens_from     timestamp(6) with time zone not null, -- tokens issued before are void
  created_at      timestamp(6) with time zone not null,
  version         bigint       not null
);
create index client_of_device on client (master_id);
create index client_of_workflow on client (workflow);

create table client_role (
  client_id       varchar(64)  not null references client (client_id),
  role            varchar(64)  not null references role (name),
  primary key (client_id, role)
);
create index client_role_by_role on client_role (role, client_id);

-- Resources that a server's grants name, as UMA knows them.
create table resource (
  id              varchar(36)  not null primary key,
  resource_server varchar(64)  not null references resource_server (id),
  name            varchar(1024) not null,
  scopes          varchar(1024) not null               -- space-delimited
);
create unique index resource_by_name on resource (resource_server, name);

-- What each resource server must enforce for each principal, and what it does.
create table projection (
  resource_server     varchar(64) not null references resource_server (id),
  username            varchar(32) not null,
  client_id           varchar(64) not null references client (client_id),
  credential          varchar(16) not null,            -- none, x509, password, kept-password
  password_sealed     varchar(512),
  password_expires_at timestamp(6) with time zone,
  desired_generation  bigint      not null,
  enforced_generation bigint      not null,
  pending             boolean     not null,
  attempts            int         not null,
  next_attempt_at     timestamp(6) with time zone not null,
  last_error          varchar(512),
  primary key (resource_server, username)
);
create index projection_pending on projection (resource_server, pending, next_attempt_at);
create index projection_of_client on projection (client_id);

create table projection_lease (
  resource_server varchar(64)  not null primary key,
  owner           varchar(64)  not null,
  fence           bigint       not null,
  expires_at      timestamp(6) with time zone not null
);

-- Values that count once: assertion ids, spent tickets.
create table one_time_value (
  digest          varchar(43)  not null primary key,
  expires_at      timestamp(6) with time zone not null
);
create index one_time_value_expiry on one_time_value (expires_at);

create table aat_counter (
  handle_digest   varchar(43)  not null,
  n               bigint       not null,
  expires_at      timestamp(6) with time zone not null,
  primary key (handle_digest, n)
);
create index aat_counter_expiry on aat_counter (expires_at);

-- The first client that presents an unbound front-door ticket owns it.
create table ticket_owner (
  ticket_digest   varchar(43)  not null primary key,
  client_id       varchar(64)  not null,
  expires_at      timestamp(6) with time zone not null
);
create index ticket_owner_expiry on ticket_owner (expires_at);

-- Shared symmetric keys, sealed by the HSM.
create table token_key (
  kid             varchar(32)  not null primary key,
  purpose         varchar(16)  not null,               -- aat, ticket
  sealed          varchar(512) not null,
  created_at      timestamp(6) with time zone not null,
  expires_at      timestamp(6) with time zone not null
);

-- What every node must forget or refuse, in order.
create table change_notice (
  seq             bigint generated by default as identity primary key,
  kind            varchar(24)  not null,
  subject         varchar(64)  not null,
  created_at      timestamp(6) with time zone not null
);
create index change_notice_age on change_notice (created_at);

create table audit_event (
  id              bigint generated by default as identity primary key,
  created_at      timestamp(6) with time zone not null,
  action          varchar(64)  not null,
  outcome         varchar(16)  not null,               -- success, refused, failure
  actor           varchar(128) not null,
  subject         varchar(256) not null,
  occurrences     bigint       not null,
  details         varchar(4096) not null               -- JSON object
);
create index audit_event_by_subject on audit_event (subject, id);
create index audit_event_by_action on audit_event (action, id);

create table idempotency_record (
  digest          varchar(43)  not null primary key,
  request_digest  varchar(43)  not null,
  response_sealed varchar(8192) not null,
  expires_at      timestamp(6) with time zone not null
);
create index idempotency_record_expiry on idempotency_record (expires_at);
