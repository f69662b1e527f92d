-- What of a subject has changed, so that nodes need not read all of it again; null for any part.

alter table change_notice add column part varchar(36);
