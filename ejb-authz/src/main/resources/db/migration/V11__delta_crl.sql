-- Delta CRLs, and full ones that add to the one before. Runs unchanged on H2 and PostgreSQL.

-- The number of the CRL that lists the certificate as it is now, or the first that lists it no more; null before.
alter table certificate add column listed_number bigint;
create index certificate_by_listed_number on certificate (issuer_ski, listed_number);

-- The full CRL to which the deltas are, made of all entries; those in between add to the one before.
alter table crl add column base_number bigint default 0 not null;
alter table crl add column base_this_update timestamp(6) with time zone;
alter table crl add column rebase_at timestamp(6) with time zone;   -- when the next one is due

create table delta_crl (
  issuer_ski      varchar(64)  not null primary key references crl (issuer_ski),
  number          bigint       not null,
  base_number     bigint       not null,
  this_update     timestamp(6) with time zone not null,
  next_update     timestamp(6) with time zone not null,
  content         bytea        not null
);
