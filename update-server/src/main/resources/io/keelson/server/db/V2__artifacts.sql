-- Smaller ways to a release than its full payload.
create table release_artifact (
    version          varchar(28) not null references release (version),
    name             varchar(128) not null,
    kind             varchar(16) not null,
    source_version   varchar(28) not null,
    source_root_hash varchar(64) not null,
    capabilities     varchar(256) not null,
    size             bigint not null,
    sha256           varchar(64) not null,
    added_at         timestamp(6) with time zone not null,
    primary key (version, name)
);

-- What a host says it can do, and what its last release came from.
alter table host add column root_hash varchar(64) default '' not null;
alter table host add column capabilities varchar(256) default '' not null;
alter table host add column fetch_version varchar(64);
alter table host add column fetch_artifact varchar(32);
alter table host add column fetch_bytes bigint;
alter table host add column fetch_detours varchar(1000);
alter table host add column fetch_at timestamp(6) with time zone;
