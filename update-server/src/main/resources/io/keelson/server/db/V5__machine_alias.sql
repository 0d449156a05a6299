-- What a host's administrator calls it (MACHINE_ALIAS).
alter table host add column machine_alias varchar(64) default '' not null;
